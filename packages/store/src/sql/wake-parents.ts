/**
 * Tells parents that a child has ended: a waiting one is queued again, a running one is marked so that it looks before
 * it parks. Runs in the transaction that ends the child. Locks the parents' rows, in the order of their ids.
 */
import { queuedCauses } from '@navette/contracts';
import type { ClientBase } from 'pg';

const text = `
WITH parents AS (
  SELECT id FROM executions
  WHERE id = ANY ($1::uuid[]) AND status IN ('running', 'waiting')
  ORDER BY id FOR UPDATE
)
UPDATE executions e SET
  status = CASE WHEN e.status = 'waiting' THEN 'queued' ELSE e.status END,
  wake_requested = e.status = 'running',
  wake_at = NULL,
  reason = CASE WHEN e.status = 'waiting' THEN '${queuedCauses['child-ended']}' END
FROM parents WHERE e.id = parents.id
RETURNING e.id, e.status`;

export async function wakeParents(
  client: Pick<ClientBase, 'query'>,
  parentIds: readonly string[],
): Promise<{ id: string; status: string }[]> {
  if (parentIds.length === 0) return [];
  const result = await client.query<{ id: string; status: string }>({
    name: 'wake-parents',
    text,
    values: [[...parentIds]],
  });
  return result.rows;
}
