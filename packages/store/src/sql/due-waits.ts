/**
 * Queues waiting executions whose time has come, and says when the next one is due.
 * Locks: the rows it queues, skipping locked ones. Index: executions_waiting.
 */
import type { ClientBase } from 'pg';

export async function queueDueWaits(client: Pick<ClientBase, 'query'>, limit: number): Promise<string[]> {
  const result = await client.query<{ id: string }>({
    name: 'queue-due-waits',
    text: `
      UPDATE executions e SET status = 'queued', wake_at = NULL, reason = 'Its time has come; waits for a free worker'
      FROM (
        SELECT id FROM executions WHERE status = 'waiting' AND wake_at <= now()
        ORDER BY wake_at LIMIT $1 FOR UPDATE SKIP LOCKED
      ) due
      WHERE e.id = due.id
      RETURNING e.id`,
    values: [limit],
  });
  return result.rows.map((row) => row.id);
}

/** Milliseconds until the next wait is due, by the database clock; undefined when none is. */
export async function readNextWait(client: Pick<ClientBase, 'query'>): Promise<number | undefined> {
  const result = await client.query<{ ms: number | null }>({
    name: 'read-next-wait',
    text: `SELECT (extract(epoch FROM min(wake_at) - now()) * 1000)::float8 AS ms
           FROM executions WHERE status = 'waiting' AND wake_at IS NOT NULL`,
  });
  return result.rows[0]?.ms ?? undefined;
}
