import type { ScheduleSpec } from '@navette/contracts';
import { encodeId } from '@navette/kit';
import { sql } from 'kysely';
import { appendAudit, type Change } from './audit-repository.ts';
import type { QueryBuilder } from './query-builder.ts';
import { storeErrors } from './store-error.ts';
import type { Row } from './tables.ts';
import { lockWorkflow } from './workflow-repository.ts';

export type LiveWebhook = Row<'webhooks'>;
export type ScheduleRow = Row<'schedules'>;

export interface NewWebhook {
  /** Upper case, or ANY. */
  method: string;
  /** "orders/:id", no slash at either end. */
  path: string;
  nodeId: string;
}

export interface NewSchedule {
  nodeId: string;
  /** With the time zone filled in. */
  spec: ScheduleSpec & { timeZone: string };
  nextAt: Date | null;
}

export interface Publication {
  workflowId: string;
  versionId: string;
  webhooks: readonly NewWebhook[];
  schedules: readonly NewSchedule[];
}

/** What is live: the published version of each workflow with its webhooks and schedules. */
export class PublicationRepository {
  readonly #db: QueryBuilder;

  constructor(db: QueryBuilder) {
    this.#db = db;
  }

  /**
   * Makes a version live, in place of the one before. Throws WORKFLOW_NOT_FOUND, or WORKFLOW_WEBHOOK_TAKEN naming what
   * this workflow asked for and nothing of whoever has it.
   */
  async publish(change: Change, publication: Publication): Promise<void> {
    const { projectId } = change;
    const { workflowId, versionId } = publication;
    await this.#db.transaction().execute(async (trx) => {
      const current = await lockWorkflow(trx, projectId, workflowId);
      await trx
        .deleteFrom('webhooks')
        .where('projectId', '=', projectId)
        .where('workflowId', '=', workflowId)
        .execute();
      await insertWebhooks(trx, projectId, publication);
      await replaceSchedules(trx, projectId, publication);
      if (current.publishedVersionId !== versionId) {
        await trx
          .updateTable('workflows')
          .set({ publishedVersionId: versionId, updatedAt: new Date() })
          .where('projectId', '=', projectId)
          .where('id', '=', workflowId)
          .execute();
      }
      await raiseRevision(trx);
      await appendAudit(trx, change, {
        action: 'workflow-published',
        resourceKind: 'workflow',
        resourceId: workflowId,
        details: { versionId: encodeId('version', versionId) },
      });
    });
  }

  /** Throws WORKFLOW_NOT_FOUND; an unpublished one stays as it is. */
  async unpublish(change: Change, workflowId: string): Promise<void> {
    const { projectId } = change;
    await this.#db.transaction().execute(async (trx) => {
      const current = await lockWorkflow(trx, projectId, workflowId);
      if (current.publishedVersionId === null) return;
      await removeLiveTriggers(trx, projectId, workflowId);
      await trx
        .updateTable('workflows')
        .set({ publishedVersionId: null, updatedAt: new Date() })
        .where('projectId', '=', projectId)
        .where('id', '=', workflowId)
        .execute();
      await appendAudit(trx, change, {
        action: 'workflow-unpublished',
        resourceKind: 'workflow',
        resourceId: workflowId,
      });
    });
  }

  /** The live webhooks of one project, in order of their paths. */
  listWebhooks(projectId: string): Promise<LiveWebhook[]> {
    return this.#db
      .selectFrom('webhooks')
      .selectAll()
      .where('projectId', '=', projectId)
      .orderBy('path')
      .orderBy('method')
      .execute();
  }

  /** Those of the whole instance, for the router that serves all projects, and the revision they stand at. */
  async listAllWebhooks(): Promise<{ revision: number; webhooks: LiveWebhook[] }> {
    // The revision is read first: a change in between is then seen again, never missed.
    const revision = await this.readRevision();
    const webhooks = await this.#db.selectFrom('webhooks').selectAll().execute();
    return { revision, webhooks };
  }

  async readRevision(): Promise<number> {
    const row = await this.#db.selectFrom('liveRevision').select('revision').executeTakeFirstOrThrow();
    return row.revision;
  }

  listSchedules(projectId: string): Promise<ScheduleRow[]> {
    return this.#db
      .selectFrom('schedules')
      .selectAll()
      .where('projectId', '=', projectId)
      .orderBy('workflowId')
      .orderBy('nodeId')
      .execute();
  }
}

/** The path with every parameter replaced by ":", because "a/:id" and "a/:name" answer the same requests. */
export function encodeShape(path: string): string {
  return path
    .split('/')
    .map((segment) => (segment.startsWith(':') ? ':' : segment))
    .join('/');
}

/** Takes the webhooks and schedules of a workflow off line. */
export async function removeLiveTriggers(
  db: QueryBuilder,
  projectId: string,
  workflowId: string,
): Promise<void> {
  await db
    .deleteFrom('webhooks')
    .where('projectId', '=', projectId)
    .where('workflowId', '=', workflowId)
    .execute();
  await db
    .deleteFrom('schedules')
    .where('projectId', '=', projectId)
    .where('workflowId', '=', workflowId)
    .execute();
  await raiseRevision(db);
}

async function insertWebhooks(db: QueryBuilder, projectId: string, publication: Publication): Promise<void> {
  const { workflowId, versionId, webhooks } = publication;
  if (webhooks.length === 0) return;
  await claimShapes(db, webhooks);
  const values = webhooks.map((webhook) => ({
    ...webhook,
    shape: encodeShape(webhook.path),
    projectId,
    workflowId,
    versionId,
  }));
  await db.insertInto('webhooks').values(values).execute();
}

/**
 * Locks the shapes until the transaction ends, in one order so that two publications wait instead of deadlocking, and
 * throws when one is taken. ANY answers every method, so it clashes with each; the primary key alone does not see that.
 */
async function claimShapes(db: QueryBuilder, webhooks: readonly NewWebhook[]): Promise<void> {
  const shapes = [...new Set(webhooks.map((webhook) => encodeShape(webhook.path)))].sort();
  for (const shape of shapes) {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`navette webhook ${shape}`}, 0))`.execute(db);
  }
  const live = await db
    .selectFrom('webhooks')
    .select(['method', 'shape'])
    .where('shape', 'in', shapes)
    .execute();
  const taken = webhooks.filter((webhook) =>
    live.some((row) => row.shape === encodeShape(webhook.path) && overlaps(row.method, webhook.method)),
  );
  if (taken.length === 0) return;
  const addresses = taken.map(({ method, path }) => `${method} /webhook/${path}`).join(', ');
  throw storeErrors.create('WORKFLOW_WEBHOOK_TAKEN', { params: { addresses } });
}

export function overlaps(one: string, other: string): boolean {
  return one === other || one === 'ANY' || other === 'ANY';
}

/** A schedule whose times stay the same keeps its next run; a changed one starts anew. */
async function replaceSchedules(
  db: QueryBuilder,
  projectId: string,
  publication: Publication,
): Promise<void> {
  const { workflowId, versionId, schedules } = publication;
  let outdated = db
    .deleteFrom('schedules')
    .where('projectId', '=', projectId)
    .where('workflowId', '=', workflowId);
  if (schedules.length > 0)
    outdated = outdated.where(
      'nodeId',
      'not in',
      schedules.map((schedule) => schedule.nodeId),
    );
  await outdated.execute();
  if (schedules.length === 0) return;
  await db
    .insertInto('schedules')
    .values(
      schedules.map(({ nodeId, spec, nextAt }) => ({
        workflowId,
        nodeId,
        projectId,
        versionId,
        spec: JSON.stringify(spec),
        nextAt,
        lastAt: null,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['workflowId', 'nodeId']).doUpdateSet((eb) => ({
        versionId: eb.ref('excluded.versionId'),
        spec: eb.ref('excluded.spec') as never,
        nextAt: sql<Date | null>`CASE WHEN schedules.spec::text = excluded.spec::text
          THEN schedules.next_at ELSE excluded.next_at END`,
      })),
    )
    .execute();
}

async function raiseRevision(db: QueryBuilder): Promise<void> {
  await db
    .updateTable('liveRevision')
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .execute();
}
