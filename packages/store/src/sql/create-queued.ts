/**
 * Queues new executions with their first journal chunk. Those whose id or idempotency key exists are left alone.
 * Parameters: arrays, one entry per execution. Indexes: executions_pkey, executions_idempotency, journal_pkey.
 * Returns the ids that were made.
 */
import type { NewExecution } from '@navette/engine';
import type { ClientBase } from 'pg';
import { type EncodedRecords, textOf } from '../payload/write-encoder.ts';
import { encodeExecutionColumns } from './commit-batch.ts';
import { encodePriority } from './priority.ts';

const text = `
WITH created AS (
  INSERT INTO executions (id, project_id, workflow_id, version_id, mode, trigger_node_id, created_at, deadline_at,
    idempotency_key, retry_of, root_id, parent_id, parent_path, depth, origin, priority, status, reason)
  SELECT c.id, c.project_id, c.workflow_id, c.version_id, c.mode, c.trigger_node_id, to_timestamp(c.created_at / 1000),
    to_timestamp(c.deadline_at / 1000), c.idempotency_key, c.retry_of, c.root_id, c.parent_id, c.parent_path, c.depth,
    c.origin, c.priority, 'queued', 'Waits for a free worker'
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::float8[], $8::float8[],
    $9::text[], $10::uuid[], $11::uuid[], $12::uuid[], $13::text[], $14::int[], $16::json[], $17::int[])
    AS c(id, project_id, workflow_id, version_id, mode, trigger_node_id, created_at, deadline_at,
      idempotency_key, retry_of, root_id, parent_id, parent_path, depth, origin, priority)
  ON CONFLICT DO NOTHING
  RETURNING id, project_id, retry_of, origin
), settled AS (
  -- a dead letter that is tried again is none any more
  UPDATE executions e SET settled_as = 'retried', settled_at = now()
  FROM created
  WHERE e.id = created.retry_of AND created.origin ->> 'kind' IN ('retry', 'rerun')
    AND e.status = 'failed' AND e.settled_as IS NULL
), written AS (
  INSERT INTO journal (execution_id, seq, project_id, fence, records)
  SELECT created.id, 1, created.project_id, 0, j.records
  FROM created JOIN unnest($1::uuid[], $15::text[]) AS j(id, records) ON j.id = created.id
)
SELECT id FROM created`;

export async function createQueued(
  client: Pick<ClientBase, 'query'>,
  creates: readonly (EncodedRecords & { execution: NewExecution })[],
): Promise<Set<string>> {
  const column = <T>(pick: (execution: NewExecution) => T) => creates.map((create) => pick(create.execution));
  const result = await client.query<{ id: string }>({
    name: 'create-queued',
    text,
    values: [
      ...encodeExecutionColumns(column),
      creates.map((create) => textOf(create)),
      column((execution) => (execution.origin ? JSON.stringify(execution.origin) : null)),
      column((execution) => encodePriority(execution.priority)),
    ],
  });
  return new Set(result.rows.map((row) => row.id));
}
