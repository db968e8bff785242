/**
 * What a dispatcher must not forget with the process or the queue that it lives in. Locks: the one row, when written.
 */
import type { ClientBase } from 'pg';

/** Whether queued executions are held back, in all processes. */
export async function readQueuePaused(client: Pick<ClientBase, 'query'>): Promise<boolean> {
  const result = await client.query<{ paused: boolean }>({
    name: 'read-queue-paused',
    text: 'SELECT paused_at IS NOT NULL AS paused FROM queue_state',
  });
  return result.rows[0]?.paused ?? false;
}

export async function writeQueuePaused(client: Pick<ClientBase, 'query'>, paused: boolean): Promise<void> {
  await client.query('UPDATE queue_state SET paused_at = CASE WHEN $1 THEN coalesce(paused_at, now()) END', [
    paused,
  ]);
}

/**
 * Names the installation among those that share a Redis: the same for all processes of a database, another for each other
 * database, copies on the same server included. An installation without a schema has no name yet.
 */
export async function readInstallation(client: Pick<ClientBase, 'query'>): Promise<string> {
  const result = await client.query<{ name: string }>(
    `SELECT left(encode(sha256(convert_to(concat_ws(' ', extract(epoch FROM m.applied_at), d.oid, d.datname), 'UTF8')), 'hex'), 12)
       AS name
     FROM schema_migrations m, pg_database d
     WHERE d.datname = current_database() ORDER BY m.applied_at LIMIT 1`,
  );
  const row = result.rows[0];
  if (!row) throw new Error('The database has no schema yet');
  return row.name;
}
