import type { NewExecution } from '@navette/engine';
import type { ClientBase } from 'pg';

/** The execution that has the id or the idempotency key already. Indexes: executions_pkey, executions_idempotency. */
export async function findTwin(
  client: Pick<ClientBase, 'query'>,
  { id, projectId, workflowId, idempotencyKey }: NewExecution,
): Promise<string | undefined> {
  const twin = await client.query<{ id: string }>(
    `SELECT id FROM executions WHERE id = $1
     UNION ALL
     SELECT id FROM executions WHERE project_id = $2 AND workflow_id = $3 AND idempotency_key = $4 LIMIT 1`,
    [id, projectId, workflowId, idempotencyKey],
  );
  return twin.rows[0]?.id;
}
