/**
 * Asks an execution to look again: a parked one is queued, a running one is marked so that it looks before it parks. One
 * that has not started yet waits for something else. Runs in the transaction that changes what it waits for, which holds
 * its row. Index: executions_pkey.
 */
import { queuedCauses } from '@navette/contracts';
import type { Wake } from '@navette/engine';
import type { Queryable } from '../queryable.ts';

export async function wakeExecution(client: Queryable, executionId: string): Promise<Wake> {
  const result = await client.query<{ status: string }>(
    `UPDATE executions SET
        status = CASE WHEN status = 'waiting' THEN 'queued' ELSE status END,
        wake_requested = status = 'running',
        wake_at = CASE WHEN status = 'waiting' THEN NULL ELSE wake_at END,
        reason = CASE WHEN status = 'waiting' THEN '${queuedCauses.message}' ELSE reason END
      WHERE id = $1 AND (status = 'running' OR (status = 'waiting' AND started_at IS NOT NULL))
      RETURNING status`,
    [executionId],
  );
  return result.rows[0]?.status === 'running' ? 'running' : 'queued';
}
