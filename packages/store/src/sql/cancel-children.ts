/**
 * Asks executions to cancel because the one that called them has ended or was cancelled: a running one is marked, a parked
 * one is queued so that whoever takes it ends it. Runs in the transaction that ends the parent, so that a crash leaves no
 * child behind that works for nobody. Locks the rows, in the order of their ids. Index: executions_pkey.
 */
import { queuedCauses } from '@navette/contracts';
import type { ClientBase } from 'pg';

export async function cancelChildren(
  client: Pick<ClientBase, 'query'>,
  executionIds: readonly string[],
): Promise<void> {
  if (executionIds.length === 0) return;
  await client.query({
    name: 'cancel-children',
    text: `
      WITH children AS (
        SELECT id FROM executions
        WHERE id = ANY ($1::uuid[]) AND status IN ('queued', 'running', 'waiting')
        ORDER BY id FOR UPDATE
      )
      UPDATE executions e SET
        cancel_requested_at = coalesce(e.cancel_requested_at, now()),
        status = CASE WHEN e.status = 'waiting' THEN 'queued' ELSE e.status END,
        wake_at = CASE WHEN e.status = 'waiting' THEN NULL ELSE e.wake_at END,
        reason = CASE WHEN e.status = 'waiting' THEN '${queuedCauses['caller-ended']}' ELSE e.reason END
      FROM children WHERE e.id = children.id`,
    values: [[...executionIds]],
  });
}
