import { sql } from 'kysely';
import type { QueryBuilder } from './query-builder.ts';

/** How long a signal is kept that was sent under a key for which nobody has waited yet. */
const keptForMs = 30 * 86_400_000;

/** Messages beside what the engine does with them. */
export class MessageRepository {
  readonly #db: QueryBuilder;

  constructor(db: QueryBuilder) {
    this.#db = db;
  }

  /** Whether a channel of one message would take one now. */
  async readChannel(
    projectId: string,
    executionId: string,
    channel: string,
  ): Promise<'open' | 'used' | 'ended' | 'unknown'> {
    const row = await this.#db
      .selectFrom('executions')
      .select([
        'status',
        sql<boolean>`EXISTS (SELECT 1 FROM messages m
          WHERE m.execution_id = executions.id AND m.channel = ${channel} AND m.once)`.as('isUsed'),
      ])
      .where('projectId', '=', projectId)
      .where('id', '=', executionId)
      .executeTakeFirst();
    if (row === undefined) return 'unknown';
    if (row.isUsed) return 'used';
    return row.status === 'queued' || row.status === 'running' || row.status === 'waiting' ? 'open' : 'ended';
  }

  /** Removes signals that were kept too long for nobody, of all projects. Gives how many. */
  async cleanKept(now = new Date()): Promise<number> {
    const before = new Date(now.getTime() - keptForMs);
    const result =
      await sql`DELETE FROM messages WHERE execution_id IS NULL AND created_at < ${before}`.execute(this.#db);
    return Number(result.numAffectedRows ?? 0n);
  }
}
