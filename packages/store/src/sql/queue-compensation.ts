/**
 * Queues the compensation of an execution that is cancelled without its worker, when its version has one and it has begun.
 * Its worker does the same where one has it: packages/engine/src/compensation/queue-compensation.ts.
 * The definition is looked into as text, since a JSON operator fails on a value with a \u0000 in it; where that finds too
 * much, the compensation has nothing to do.
 * Part of the transaction that ends the execution. Indexes: executions_pkey, workflow_versions_pkey.
 */
import { compensationIdOf } from '@navette/engine';
import type { ClientBase } from 'pg';

const text = `
INSERT INTO executions (id, project_id, workflow_id, version_id, mode, trigger_node_id, created_at, retry_of, root_id,
  origin, status, reason)
SELECT $2, e.project_id, e.workflow_id, e.version_id, 'compensation', e.trigger_node_id, now(), e.id, $2,
  json_strip_nulls(json_build_object(
    'kind', 'compensation',
    'attended', CASE WHEN e.mode = 'manual' OR e.origin ->> 'attended' = 'true' THEN true END,
    'errorDepth', (e.origin ->> 'errorDepth')::int)),
  'queued', 'Waits for a free worker'
FROM executions e JOIN workflow_versions v ON v.id = e.version_id
WHERE e.id = $1 AND e.mode <> 'compensation' AND e.started_at IS NOT NULL
  AND v.definition::text LIKE '%"compensate":[%'
ON CONFLICT DO NOTHING`;

export async function queueCompensation(
  client: Pick<ClientBase, 'query'>,
  executionId: string,
): Promise<void> {
  await client.query({
    name: 'queue-compensation',
    text,
    values: [executionId, compensationIdOf(executionId)],
  });
}
