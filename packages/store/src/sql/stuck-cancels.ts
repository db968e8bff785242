/**
 * Executions that somebody cancelled while a worker had them, and that the worker gave back before it heard of it: nobody
 * else may ever take them (no worker can run their version). Index: executions_cancel_requested.
 */
import type { ClientBase } from 'pg';

export async function listStuckCancels(
  client: Pick<ClientBase, 'query'>,
  limit: number,
): Promise<{ id: string; projectId: string }[]> {
  const result = await client.query<{ id: string; projectId: string }>({
    name: 'list-stuck-cancels',
    text: `SELECT id, project_id AS "projectId" FROM executions
           WHERE cancel_requested_at IS NOT NULL AND status IN ('queued', 'running', 'waiting')
             AND status <> 'running' AND cancel_requested_at < now() - interval '1 second'
           LIMIT $1`,
    values: [limit],
  });
  return result.rows;
}
