/** Replays and what they found. A replay is nothing that ran: it makes no execution, and its results are kept for a while. */
import { type ExecutionReplay, type ReplayOutcome, replayStops } from '@navette/contracts';
import { createUuid } from '@navette/kit';
import { sql } from 'kysely';
import { appendAudit, type Change } from './audit-repository.ts';
import {
  createPage,
  createTimedPage,
  decodeTimeCursor,
  encodeCursor,
  type Page,
  type PageRequest,
  selectExactTime,
} from './cursor.ts';
import type { QueryBuilder } from './query-builder.ts';
import { storeErrors } from './store-error.ts';
import type { Row } from './tables.ts';

export interface ReplayRow extends Omit<Row<'replays'>, 'projectId' | 'createdBy' | 'beatAt'> {
  /** How many executions came to which outcome. */
  counts: { outcome: ReplayOutcome; count: number }[];
}

export interface NewReplay {
  workflowId: string;
  versionId: string;
  against: 'draft' | 'published' | 'version';
  total: number;
}

/** Replays that are kept of each workflow. */
const keptPerWorkflow = 20;
/** A replay whose process has not been heard of for so long is over. */
const silenceSql = sql`interval '2 minutes'`;

export class ReplayRepository {
  readonly #db: QueryBuilder;

  constructor(db: QueryBuilder) {
    this.#db = db;
  }

  create(change: Change, replay: NewReplay): Promise<string> {
    const { projectId, actor } = change;
    const id = createUuid();
    const { workflowId, versionId, against, total } = replay;
    return this.#db.transaction().execute(async (db) => {
      await db
        .insertInto('replays')
        .values({
          id,
          projectId,
          workflowId,
          versionId,
          against,
          total,
          status: 'running',
          createdBy: actor.id,
        })
        .execute();
      await appendAudit(db, change, {
        action: 'replay-started',
        resourceKind: 'workflow',
        resourceId: workflowId,
        details: { against, executions: total },
      });
      await this.#deleteOld(db, projectId, workflowId);
      return id;
    });
  }

  /** Undefined when there is none in that project. */
  async read(projectId: string, replayId: string): Promise<ReplayRow | undefined> {
    const [row] = await this.#withCounts(
      await this.#select(projectId).where('replays.id', '=', replayId).execute(),
    );
    return row;
  }

  /** The newest first. */
  async list(projectId: string, workflowId: string, page: PageRequest): Promise<Page<ReplayRow>> {
    let query = this.#select(projectId)
      .select(selectExactTime('createdAt'))
      .where('workflowId', '=', workflowId)
      .orderBy('createdAt', 'desc')
      .orderBy('id', 'desc')
      .limit(page.limit + 1);
    if (page.cursor !== undefined) {
      const { at, id } = decodeTimeCursor(page.cursor);
      query = query.where((eb) => eb(eb.refTuple('createdAt', 'id'), '<', eb.tuple(at, id)));
    }
    const { items, nextCursor } = createTimedPage(await query.execute(), page.limit);
    return { items: await this.#withCounts(items), nextCursor };
  }

  /** In the order in which they were replayed. */
  async listResults(
    projectId: string,
    replayId: string,
    page: PageRequest & { outcome?: ReplayOutcome | undefined },
  ): Promise<Page<ExecutionReplay>> {
    let query = this.#db
      .selectFrom('replayResults')
      .select(['position', 'result'])
      .where('projectId', '=', projectId)
      .where('replayId', '=', replayId)
      .orderBy('position')
      .limit(page.limit + 1);
    if (page.outcome !== undefined) query = query.where('outcome', '=', page.outcome);
    if (page.cursor !== undefined) query = query.where('position', '>', decodePosition(page.cursor));
    return createPage(
      await query.execute(),
      page.limit,
      (row) => row.result,
      (row) => encodeCursor(String(row.position)),
    );
  }

  /** @returns false when the replay was stopped meanwhile: nothing more is to be added. */
  async addResult(
    projectId: string,
    replayId: string,
    entry: { position: number; executionId: string; result: ExecutionReplay },
  ): Promise<boolean> {
    const { position, executionId, result } = entry;
    return this.#db.transaction().execute(async (db) => {
      const beat = await db
        .updateTable('replays')
        .set({ beatAt: sql<Date>`now()` })
        .where('id', '=', replayId)
        .where('projectId', '=', projectId)
        .where('status', '=', 'running')
        .returning('id')
        .execute();
      if (beat.length === 0) return false;
      const { outcome } = result;
      await db
        .insertInto('replayResults')
        .values({ replayId, position, projectId, executionId, outcome, result: JSON.stringify(result) })
        .execute();
      return true;
    });
  }

  /** Says that its process still works on it. */
  async beat(replayId: string): Promise<void> {
    await this.#db
      .updateTable('replays')
      .set({ beatAt: sql<Date>`now()` })
      .where('id', '=', replayId)
      .where('status', '=', 'running')
      .execute();
  }

  /** @returns false when it was over already. */
  async end(
    projectId: string,
    replayId: string,
    end: { status: 'finished' } | { status: 'stopped'; reason: string },
  ): Promise<boolean> {
    const rows = await this.#db
      .updateTable('replays')
      .set({
        status: end.status,
        finishedAt: sql<Date>`now()`,
        reason: end.status === 'stopped' ? end.reason : null,
      })
      .where('projectId', '=', projectId)
      .where('id', '=', replayId)
      .where('status', '=', 'running')
      .returning('id')
      .execute();
    return rows.length > 0;
  }

  /** The last executions of a workflow that ended and can be replayed, the newest first. */
  async listRecordings(projectId: string, workflowId: string, limit: number): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('executions')
      .select('id')
      .where('projectId', '=', projectId)
      .where('workflowId', '=', workflowId)
      .where('status', 'in', ['succeeded', 'failed'])
      .where('mode', '<>', 'compensation')
      .where('dataDeletedAt', 'is', null)
      .orderBy('createdAt', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => row.id);
  }

  /** Which of the executions belong to the workflow. */
  async filterRecordings(
    projectId: string,
    workflowId: string,
    executionIds: readonly string[],
  ): Promise<string[]> {
    if (executionIds.length === 0) return [];
    const rows = await this.#db
      .selectFrom('executions')
      .select('id')
      .where('projectId', '=', projectId)
      .where('workflowId', '=', workflowId)
      .where('id', 'in', [...executionIds])
      .execute();
    const known = new Set(rows.map((row) => row.id));
    return executionIds.filter((id) => known.has(id));
  }

  /** Bytes of the journal of an execution with its large values: what a replay of it would read into memory. */
  async loadSizeBytes(projectId: string, executionId: string): Promise<number> {
    const result = await sql<{ bytes: number }>`
      SELECT (SELECT coalesce(sum(octet_length(records)), 0) FROM journal
              WHERE execution_id = ${executionId} AND project_id = ${projectId})
        + (SELECT coalesce(sum(p.size_bytes), 0) FROM payload_refs r
           JOIN payloads p ON p.project_id = r.project_id AND p.sha256 = r.sha256
           WHERE r.execution_id = ${executionId} AND r.project_id = ${projectId}) AS bytes`.execute(this.#db);
    return Number(result.rows[0]!.bytes);
  }

  /** A replay that was cut off says so, without anybody having to write it down. */
  #select(projectId: string) {
    const isCutOff = sql<boolean>`replays.status = 'running' AND replays.beat_at < now() - ${silenceSql}`;
    return this.#db
      .selectFrom('replays')
      .where('projectId', '=', projectId)
      .select([
        'id',
        'workflowId',
        'versionId',
        'against',
        'total',
        'createdAt',
        sql<Row<'replays'>['status']>`CASE WHEN ${isCutOff} THEN 'stopped' ELSE replays.status END`.as(
          'status',
        ),
        sql<Date | null>`CASE WHEN ${isCutOff} THEN replays.beat_at ELSE replays.finished_at END`.as(
          'finishedAt',
        ),
        sql<
          string | null
        >`CASE WHEN ${isCutOff} THEN ${replayStops['server-gone']} ELSE replays.reason END`.as('reason'),
      ]);
  }

  async #withCounts(rows: readonly Omit<ReplayRow, 'counts'>[]): Promise<ReplayRow[]> {
    if (rows.length === 0) return [];
    const counted = await this.#db
      .selectFrom('replayResults')
      .where(
        'replayId',
        'in',
        rows.map((row) => row.id),
      )
      .groupBy(['replayId', 'outcome'])
      .select(['replayId', 'outcome', sql<number>`count(*)::int`.as('count')])
      .execute();
    return rows.map((row) => ({
      ...row,
      counts: counted
        .filter(({ replayId }) => replayId === row.id)
        .map(({ outcome, count }) => ({ outcome, count })),
    }));
  }

  async #deleteOld(db: QueryBuilder, projectId: string, workflowId: string): Promise<void> {
    await db
      .deleteFrom('replays')
      .where('projectId', '=', projectId)
      .where('workflowId', '=', workflowId)
      .where('status', '<>', 'running')
      .where('id', 'not in', (eb) =>
        eb
          .selectFrom('replays as kept')
          .select('kept.id')
          .where('kept.workflowId', '=', workflowId)
          .orderBy('kept.createdAt', 'desc')
          .limit(keptPerWorkflow),
      )
      .execute();
  }
}

function decodePosition(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw storeErrors.create('STORE_CURSOR_INVALID', {
    issues: [{ path: '/query/cursor', message: 'is not a cursor that this list gave' }],
  });
}
