/** Failed executions that somebody has to look at. A retry takes one off the list by itself (sql/create-queued.ts). */
import type { ExecutionMode } from '@navette/contracts';
import { sql } from 'kysely';
import { deadLetterSql, errorCodeSql } from '../sql/dead-letters.ts';
import { appendAudit, type Change } from './audit-repository.ts';
import { createTimedPage, decodeTimeCursor, type Page, type PageRequest, selectExactTime } from './cursor.ts';
import { type ExecutionRow, selectExecutions } from './execution-repository.ts';
import type { QueryBuilder } from './query-builder.ts';

export interface DeadLetterFilter {
  workflowId?: string | undefined;
  /** Of the error. */
  code?: string | undefined;
  mode?: ExecutionMode | undefined;
  failedAfter?: Date | undefined;
  failedBefore?: Date | undefined;
}

export interface DeadLetterCount {
  workflowId: string;
  workflowName: string | null;
  code: string | null;
  count: number;
}

/** Groups at most that are counted apart. */
const groupLimit = 200;

const isDeadLetter = sql<boolean>`${sql.raw(deadLetterSql)}`;
const codeOf = sql<string | null>`${sql.raw(errorCodeSql)}`;

export class DeadLetterRepository {
  readonly #db: QueryBuilder;

  constructor(db: QueryBuilder) {
    this.#db = db;
  }

  /** The last that failed first. */
  async list(projectId: string, filter: DeadLetterFilter & PageRequest): Promise<Page<ExecutionRow>> {
    let query = this.#select(projectId, filter)
      .select(selectExactTime('executions.finishedAt'))
      .orderBy('executions.finishedAt', 'desc')
      .orderBy('executions.id', 'desc')
      .limit(filter.limit + 1);
    if (filter.cursor !== undefined) {
      const { at, id } = decodeTimeCursor(filter.cursor);
      query = query.where((eb) =>
        eb(eb.refTuple('executions.finishedAt', 'executions.id'), '<', eb.tuple(at, id)),
      );
    }
    return createTimedPage(await query.execute(), filter.limit);
  }

  /** By workflow and error, the most frequent first. */
  count(projectId: string): Promise<DeadLetterCount[]> {
    return this.#db
      .selectFrom('executions')
      .leftJoin('workflows', 'workflows.id', 'executions.workflowId')
      .where('executions.projectId', '=', projectId)
      .where(isDeadLetter)
      .groupBy(['executions.workflowId', 'workflows.name', codeOf])
      .select([
        'executions.workflowId',
        'workflows.name as workflowName',
        codeOf.as('code'),
        sql<number>`count(*)::int`.as('count'),
      ])
      .orderBy('count', 'desc')
      .limit(groupLimit)
      .execute();
  }

  /** Those to act on: the named ones that are on the list, or the oldest that the filter finds. */
  async choose(
    projectId: string,
    choice: { executionIds: readonly string[] } | { filter: DeadLetterFilter; limit: number },
  ): Promise<{ ids: string[]; remaining: number }> {
    if ('executionIds' in choice) {
      if (choice.executionIds.length === 0) return { ids: [], remaining: 0 };
      const rows = await this.#select(projectId, {})
        .where('executions.id', 'in', [...choice.executionIds])
        .execute();
      const listed = new Set(rows.map((row) => row.id));
      return { ids: choice.executionIds.filter((id) => listed.has(id)), remaining: 0 };
    }
    const query = this.#select(projectId, choice.filter);
    const rows = await query
      .orderBy('executions.finishedAt')
      .orderBy('executions.id')
      .limit(choice.limit)
      .execute();
    const ids = rows.map((row) => row.id);
    if (ids.length < choice.limit) return { ids, remaining: 0 };
    const counted = await this.#db
      .selectFrom(query.as('letters'))
      .select(sql<number>`count(*)::int`.as('count'))
      .executeTakeFirstOrThrow();
    return { ids, remaining: counted.count - ids.length };
  }

  /** Takes them off the list; gives those that were on it. */
  dismiss(change: Change, executionIds: readonly string[]): Promise<string[]> {
    if (executionIds.length === 0) return Promise.resolve([]);
    return this.#db.transaction().execute(async (db) => {
      const rows = await db
        .updateTable('executions')
        .set({ settledAs: 'dismissed', settledAt: sql<Date>`now()` })
        .where('projectId', '=', change.projectId)
        .where('id', 'in', [...executionIds])
        .where(isDeadLetter)
        .returning('id')
        .execute();
      for (const { id } of rows) {
        await appendAudit(db, change, {
          action: 'dead-letter-dismissed',
          resourceKind: 'execution',
          resourceId: id,
        });
      }
      return rows.map((row) => row.id);
    });
  }

  #select(projectId: string, filter: DeadLetterFilter) {
    let query = selectExecutions(this.#db, projectId).where(isDeadLetter);
    const { workflowId, code, mode, failedAfter, failedBefore } = filter;
    if (workflowId !== undefined) query = query.where('executions.workflowId', '=', workflowId);
    if (code !== undefined) query = query.where(codeOf, '=', code);
    if (mode !== undefined) query = query.where('executions.mode', '=', mode);
    if (failedAfter !== undefined) query = query.where('executions.finishedAt', '>=', failedAfter);
    if (failedBefore !== undefined) query = query.where('executions.finishedAt', '<', failedBefore);
    return query;
  }
}
