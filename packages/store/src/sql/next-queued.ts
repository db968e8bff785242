/**
 * What a queue outside of Postgres should hold next: queued executions in the order of claims (fair-order.ts), without
 * those that it holds already. A ticket is an execution at one fence: an execution that is queued again is another one.
 * What waits behind a limit is none: it becomes one when the limit lets it pass.
 *
 * Parameters: how many; the tickets to leave out, as two arrays; the turns of the projects. Locks: none.
 */
import type { ClientBase } from 'pg';
import type { FairTurns } from '../fairness/fair-turns.ts';
import { depthFor, fairDepths, fairOrder, isReady } from './fair-order.ts';

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
  /** Kept by whoever fills the queue; what this gives is charged to it. */
  turns: FairTurns;
}

const nextFor = (depth: number) => `
WITH RECURSIVE ${fairOrder({
  limit: '$1::int',
  depth,
  projectIds: '$4',
  served: '$5',
  floor: '$6',
  excluded: { ids: '$2', fences: '$3' },
})}
SELECT e.id, e.fence, e.project_id, 1 - e.priority AS priority, c.weight
FROM candidate c JOIN executions e ON e.id = c.id
ORDER BY c.line
LIMIT $1::int`;

const statements = new Map(
  fairDepths.map((depth) => [depth, { name: `next-queued-${depth}`, text: nextFor(depth) }]),
);

export async function nextQueued(
  client: Pick<ClientBase, 'query'>,
  { limit, excluding, turns }: NextQueuedRequest,
): Promise<QueuedTicketRow[]> {
  const { projectIds, served } = turns.encode();
  const result = await client.query<QueuedTicketRow & { weight: number }>({
    ...statements.get(depthFor(limit))!,
    values: [
      limit,
      excluding.map(({ id }) => id),
      excluding.map(({ fence }) => fence),
      projectIds,
      served,
      turns.floor,
    ],
  });
  turns.record(result.rows.map((row) => ({ projectId: row.project_id, weight: row.weight })));
  return result.rows.map(({ id, fence, project_id, priority }) => ({ id, fence, project_id, priority }));
}

const among = `
SELECT e.id, e.fence, e.project_id, 1 - e.priority AS priority
FROM executions e WHERE e.id = ANY ($1::uuid[]) AND ${isReady('e')}`;

/** Those of the executions that may be claimed now. Index: executions_pkey. */
export async function listQueued(
  client: Pick<ClientBase, 'query'>,
  executionIds: readonly string[],
): Promise<QueuedTicketRow[]> {
  if (executionIds.length === 0) return [];
  const query = { name: 'list-queued', text: among, values: [[...executionIds]] };
  return (await client.query<QueuedTicketRow>(query)).rows;
}
