/** How many executions are queued, by project, those behind limits included. Locks: none. Index: executions_queued. */
import type { ClientBase } from 'pg';

export async function countQueued(client: Pick<ClientBase, 'query'>): Promise<Map<string, number>> {
  const result = await client.query<{ project_id: string; count: number }>({
    name: 'count-queued',
    text: `SELECT project_id, count(*)::int AS count FROM executions WHERE status = 'queued' GROUP BY project_id`,
  });
  return new Map(result.rows.map((row) => [row.project_id, row.count]));
}
