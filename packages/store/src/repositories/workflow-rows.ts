import type { WorkflowDefinition } from '@navette/contracts';
import { createUuid, hashContent } from '@navette/kit';
import { findArtifactIds, holdArtifacts } from '../artifact-storage/hold-artifacts.ts';
import type { QueryBuilder } from './query-builder.ts';
import type { Row } from './tables.ts';
import { toQueryable } from './to-queryable.ts';

/** A definition with what lists show of it. */
export interface Draft {
  definition: WorkflowDefinition;
  /** Node types of its triggers. */
  triggerTypes: readonly string[];
}

export interface WorkflowRow {
  id: string;
  projectId: string;
  name: string;
  description: string;
  draftVersionId: string;
  publishedVersionId: string | null;
  createdAt: Date;
  updatedAt: Date;
  /** Of the draft. */
  nodeCount: number;
  triggerTypes: string[];
}

export type WorkflowDetailRow = WorkflowRow & { definition: WorkflowDefinition };
export type VersionSummaryRow = Omit<Row<'workflowVersions'>, 'definition'>;
export type VersionRow = Row<'workflowVersions'>;

export const versionSummaryColumns = [
  'workflowVersions.id',
  'workflowVersions.projectId',
  'workflowVersions.workflowId',
  'workflowVersions.number',
  'workflowVersions.contentHash',
  'workflowVersions.createdBy',
  'workflowVersions.createdAt',
  'workflowVersions.nodeCount',
  'workflowVersions.triggerTypes',
] as const;

/** Workflows that are not deleted, with their draft. */
export function selectWorkflows(db: QueryBuilder, projectId: string) {
  return db
    .selectFrom('workflows')
    .innerJoin('workflowVersions', 'workflowVersions.id', 'workflows.draftVersionId')
    .where('workflows.projectId', '=', projectId)
    .where('workflows.deletedAt', 'is', null)
    .select([
      'workflows.id',
      'workflows.projectId',
      'workflows.name',
      'workflows.description',
      'workflows.draftVersionId',
      'workflows.publishedVersionId',
      'workflows.createdAt',
      'workflows.updatedAt',
      'workflowVersions.nodeCount',
      'workflowVersions.triggerTypes',
    ]);
}

/**
 * Stores a definition as a version, or finds the version that has the same content. The caller holds the lock of the
 * workflow's row (or has just inserted it), so that numbers have no gaps.
 */
export async function claimVersion(
  db: QueryBuilder,
  workflow: { projectId: string; workflowId: string; createdBy: string | null },
  draft: Draft,
): Promise<string> {
  const { projectId, workflowId, createdBy } = workflow;
  const contentHash = hashContent(draft.definition);
  const existing = await db
    .selectFrom('workflowVersions')
    .select('id')
    .where('projectId', '=', projectId)
    .where('workflowId', '=', workflowId)
    .where('contentHash', '=', contentHash)
    .executeTakeFirst();
  if (existing !== undefined) return existing.id;
  const last = await db
    .selectFrom('workflowVersions')
    .select((eb) => eb.fn.max('number').as('number'))
    .where('projectId', '=', projectId)
    .where('workflowId', '=', workflowId)
    .executeTakeFirst();
  const id = createUuid();
  const definition = JSON.stringify(draft.definition);
  await db
    .insertInto('workflowVersions')
    .values({
      id,
      projectId,
      workflowId,
      number: (last?.number ?? 0) + 1,
      contentHash,
      definition,
      createdBy,
      nodeCount: draft.definition.nodes.length,
      triggerTypes: [...draft.triggerTypes],
    })
    .execute();
  // Pinned data may name files.
  await holdArtifacts(toQueryable(db), { kind: 'version', id, projectId }, findArtifactIds(definition));
  return id;
}
