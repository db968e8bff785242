/**
 * Gives queued executions to a live worker: each to one only, the oldest first, or those named.
 * Locks: the worker's row FOR SHARE; the rows it takes, skipping those that another claim holds.
 * The fence rises, so that nothing an earlier owner still sends can be written. Index: executions_queued.
 */
import type { ClientBase } from 'pg';
import { type ExecutionRow, executionColumns } from './execution-row.ts';

const text = `
WITH alive AS MATERIALIZED (
  SELECT 1 AS one FROM workers WHERE id = $1 AND state = 'alive' FOR SHARE
), next AS (
  SELECT id, recovered_from FROM executions, alive
  WHERE status = 'queued' AND ($3::uuid[] IS NULL OR id = ANY ($3))
  ORDER BY id
  LIMIT $2
  FOR UPDATE OF executions SKIP LOCKED
)
UPDATE executions e SET
  status = 'running', owner = $1, fence = e.fence + 1, started_at = coalesce(e.started_at, now()),
  wake_at = NULL, wake_requested = false, reason = NULL, recovered_from = NULL
FROM next
WHERE e.id = next.id
RETURNING ${executionColumns('e')}, e.fence, e.cancel_requested_at IS NOT NULL AS cancel_requested,
  next.recovered_from AS taken_from`;

export type ClaimedRow = ExecutionRow & {
  fence: number;
  cancel_requested: boolean;
  taken_from: string | null;
};

export async function claimQueued(
  client: Pick<ClientBase, 'query'>,
  options: { workerId: string; limit: number; ids?: readonly string[] | undefined },
): Promise<ClaimedRow[]> {
  const values = [options.workerId, options.limit, options.ids ? [...options.ids] : null];
  const result = await client.query<ClaimedRow>({ name: 'claim', text, values });
  return result.rows;
}
