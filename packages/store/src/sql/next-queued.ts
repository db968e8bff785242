/**
 * What a queue outside of Postgres should hold next: queued executions in the order of claims, without those that it
 * holds already. A ticket is an execution at one fence: an execution that is queued again is another one.
 *
 * Parameters: how many; the tickets to leave out, as two arrays. Locks: none. Index: executions_queued.
 */
import type { ClientBase } from 'pg';

export interface QueuedTicketRow {
  id: string;
  fence: number;
  project_id: string;
  /** The higher, the earlier; 0 is the usual. */
  priority: number;
}

export interface NextQueuedRequest {
  limit: number;
  excluding: readonly { id: string; fence: number }[];
}

const next = `
SELECT e.id, e.fence, e.project_id, 0 AS priority
FROM executions e
WHERE e.status = 'queued' AND NOT EXISTS (
  SELECT FROM unnest($2::uuid[], $3::bigint[]) AS x(id, fence) WHERE x.id = e.id AND x.fence = e.fence)
ORDER BY e.id
LIMIT $1`;

export async function nextQueued(
  client: Pick<ClientBase, 'query'>,
  { limit, excluding }: NextQueuedRequest,
): Promise<QueuedTicketRow[]> {
  const values = [limit, excluding.map(({ id }) => id), excluding.map(({ fence }) => fence)];
  return (await client.query<QueuedTicketRow>({ name: 'next-queued', text: next, values })).rows;
}

const among = `
SELECT e.id, e.fence, e.project_id, 0 AS priority
FROM executions e WHERE e.id = ANY ($1::uuid[]) AND e.status = 'queued'`;

/** Those of the executions that are queued now. Index: executions_pkey. */
export async function listQueued(
  client: Pick<ClientBase, 'query'>,
  executionIds: readonly string[],
): Promise<QueuedTicketRow[]> {
  if (executionIds.length === 0) return [];
  const query = { name: 'list-queued', text: among, values: [[...executionIds]] };
  return (await client.query<QueuedTicketRow>(query)).rows;
}
