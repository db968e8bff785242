import type {
  VersionSummary,
  versionDetailSchema,
  WorkflowDetail,
  WorkflowSummary,
} from '@navette/contracts';
import { encodeId } from '@navette/kit';
import type { ListedVersion, VersionRow, WorkflowDetailRow, WorkflowRow } from '@navette/store';
import type { z } from 'zod';

export function encodeWorkflow(row: WorkflowRow): WorkflowSummary {
  const { publishedVersionId } = row;
  return {
    id: encodeId('workflow', row.id),
    name: row.name,
    description: row.description,
    published: publishedVersionId !== null,
    publishedVersionId: publishedVersionId && encodeId('version', publishedVersionId),
    draftVersionId: encodeId('version', row.draftVersionId),
    nodeCount: row.nodeCount,
    triggers: row.triggerTypes,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

export function encodeWorkflowDetail(row: WorkflowDetailRow): WorkflowDetail {
  return { ...encodeWorkflow(row), definition: row.definition };
}

export function encodeVersion(row: ListedVersion): VersionSummary {
  return {
    id: encodeId('version', row.id),
    workflowId: encodeId('workflow', row.workflowId),
    contentHash: row.contentHash,
    number: row.number,
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy && encodeId('user', row.createdBy),
    published: row.published,
  };
}

export function encodeVersionDetail(
  row: VersionRow & { published: boolean },
): z.infer<typeof versionDetailSchema> {
  return { ...encodeVersion(row), definition: row.definition };
}
