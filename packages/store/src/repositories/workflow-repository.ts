import { createUuid } from '@navette/kit';
import { appendAudit, type Change } from './audit-repository.ts';
import { createTimedPage, decodeTimeCursor, type Page, type PageRequest, selectExactTime } from './cursor.ts';
import { inTransaction } from './in-transaction.ts';
import { removeLiveTriggers } from './publication-repository.ts';
import type { QueryBuilder } from './query-builder.ts';
import { storeErrors } from './store-error.ts';
import {
  claimVersion,
  type Draft,
  selectWorkflows,
  type WorkflowDetailRow,
  type WorkflowRow,
} from './workflow-rows.ts';

export interface WorkflowFilter extends PageRequest {
  search?: string | undefined;
  published?: boolean | undefined;
}

export interface WorkflowChanges {
  name?: string | undefined;
  description?: string | undefined;
  draft?: Draft | undefined;
  /** Refuses with WORKFLOW_CONFLICT when the draft is another one by now. */
  expectedDraftVersionId?: string | undefined;
}

export class WorkflowRepository {
  readonly #db: QueryBuilder;

  constructor(db: QueryBuilder) {
    this.#db = db;
  }

  /** Last changed first. */
  async list(projectId: string, filter: WorkflowFilter): Promise<Page<WorkflowRow>> {
    let query = selectWorkflows(this.#db, projectId)
      .select(selectExactTime('workflows.updatedAt'))
      .orderBy('workflows.updatedAt', 'desc')
      .orderBy('workflows.id', 'desc')
      .limit(filter.limit + 1);
    if (filter.search) query = query.where('workflows.name', 'ilike', `%${escapeLike(filter.search)}%`);
    if (filter.published !== undefined)
      query = query.where('workflows.publishedVersionId', filter.published ? 'is not' : 'is', null);
    if (filter.cursor !== undefined) {
      const { at, id } = decodeTimeCursor(filter.cursor);
      query = query.where((eb) =>
        eb(eb.refTuple('workflows.updatedAt', 'workflows.id'), '<', eb.tuple(at, id)),
      );
    }
    return createTimedPage(await query.execute(), filter.limit);
  }

  /** With its draft. Throws WORKFLOW_NOT_FOUND. */
  async read(projectId: string, workflowId: string): Promise<WorkflowDetailRow> {
    const row = await selectWorkflows(this.#db, projectId)
      .select('workflowVersions.definition')
      .where('workflows.id', '=', workflowId)
      .executeTakeFirst();
    if (row === undefined) throw storeErrors.create('WORKFLOW_NOT_FOUND');
    return row;
  }

  create(
    change: Change,
    workflow: { name: string; description: string; draft: Draft; template?: string },
  ): Promise<WorkflowDetailRow> {
    const workflowId = createUuid();
    return inTransaction(this.#db, async (trx) => {
      const now = new Date();
      // The row of the workflow comes first: versions refer to it.
      const { projectId } = change;
      const { name, description } = workflow;
      await trx
        .insertInto('workflows')
        .values({
          id: workflowId,
          projectId,
          name,
          description,
          draftVersionId: workflowId,
          createdAt: now,
          updatedAt: now,
        })
        .execute();
      const draftVersionId = await claimVersion(
        trx,
        { projectId, workflowId, createdBy: change.actor.id },
        workflow.draft,
      );
      await trx
        .updateTable('workflows')
        .set({ draftVersionId })
        .where('projectId', '=', projectId)
        .where('id', '=', workflowId)
        .execute();
      await appendAudit(trx, change, {
        action: 'workflow-created',
        resourceKind: 'workflow',
        resourceId: workflowId,
        details: workflow.template ? { name, template: workflow.template } : { name },
      });
      return new WorkflowRepository(trx).read(projectId, workflowId);
    });
  }

  /** Throws WORKFLOW_NOT_FOUND or WORKFLOW_CONFLICT. Saving what is there already changes nothing. */
  update(change: Change, workflowId: string, changes: WorkflowChanges): Promise<WorkflowDetailRow> {
    return this.#db.transaction().execute(async (trx) => {
      const { projectId } = change;
      const current = await lockWorkflow(trx, projectId, workflowId);
      const { expectedDraftVersionId, draft } = changes;
      if (expectedDraftVersionId !== undefined && expectedDraftVersionId !== current.draftVersionId)
        throw storeErrors.create('WORKFLOW_CONFLICT');
      const owner = { projectId, workflowId, createdBy: change.actor.id };
      const next = {
        name: changes.name ?? current.name,
        description: changes.description ?? current.description,
        draftVersionId: draft ? await claimVersion(trx, owner, draft) : current.draftVersionId,
      };
      const changed = (Object.keys(next) as (keyof typeof next)[]).filter(
        (key) => next[key] !== current[key],
      );
      if (changed.length > 0) {
        await trx
          .updateTable('workflows')
          .set({ ...next, updatedAt: new Date() })
          .where('projectId', '=', projectId)
          .where('id', '=', workflowId)
          .execute();
        await appendAudit(trx, change, {
          action: 'workflow-updated',
          resourceKind: 'workflow',
          resourceId: workflowId,
          details: { changed },
        });
      }
      return new WorkflowRepository(trx).read(projectId, workflowId);
    });
  }

  /** Takes it off line and out of the lists; its versions and executions stay readable. Throws WORKFLOW_NOT_FOUND. */
  async delete(change: Change, workflowId: string): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const { projectId } = change;
      const current = await lockWorkflow(trx, projectId, workflowId);
      await removeLiveTriggers(trx, projectId, workflowId);
      await trx
        .updateTable('workflows')
        .set({ deletedAt: new Date(), publishedVersionId: null })
        .where('projectId', '=', projectId)
        .where('id', '=', workflowId)
        .execute();
      await appendAudit(trx, change, {
        action: 'workflow-deleted',
        resourceKind: 'workflow',
        resourceId: workflowId,
        details: { name: current.name },
      });
    });
  }
}

/** Serializes changes of one workflow. Throws WORKFLOW_NOT_FOUND. */
export async function lockWorkflow(db: QueryBuilder, projectId: string, workflowId: string) {
  const row = await db
    .selectFrom('workflows')
    .selectAll()
    .where('projectId', '=', projectId)
    .where('id', '=', workflowId)
    .where('deletedAt', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw storeErrors.create('WORKFLOW_NOT_FOUND');
  return row;
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
