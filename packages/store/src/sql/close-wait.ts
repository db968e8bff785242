/**
 * Ends a wait for want of a message: its channel of one message takes none any more, its approval is expired, no sender
 * finds it under its key. Done again it changes nothing. Runs in a transaction of the caller.
 * Locks: the correlation key, then the execution's row (as whoever delivers does), then the approval.
 * Indexes: correlated_waits_pkey, messages_once, approvals_execution_id_path_key.
 */

import type { MessageWait } from '@navette/engine';
import { createUuid, encodeId } from '@navette/kit';
import type { ClientBase } from 'pg';
import { lockCorrelation } from './lock-correlation.ts';

export async function closeWait(client: ClientBase, wait: MessageWait): Promise<void> {
  const { executionId, projectId, path, channel, key, once } = wait;
  if (key !== null) {
    const found = await client.query<{ workflow_id: string }>(
      'SELECT workflow_id FROM correlated_waits WHERE execution_id = $1 AND path = $2',
      [executionId, path],
    );
    const workflowId = found.rows[0]?.workflow_id;
    if (workflowId !== undefined) await lockCorrelation(client, [{ workflowId, channel, key }]);
  }
  await client.query('SELECT 1 FROM executions WHERE id = $1 FOR UPDATE', [executionId]);
  await client.query('DELETE FROM correlated_waits WHERE execution_id = $1 AND path = $2', [
    executionId,
    path,
  ]);
  if (!once) return;
  const closed = await client.query(
    `INSERT INTO messages (id, project_id, execution_id, channel, once, taken_at) VALUES ($1, $2, $3, $4, true, now())
     ON CONFLICT (execution_id, channel) WHERE once DO NOTHING`,
    [createUuid(), projectId, executionId, channel],
  );
  if (closed.rowCount === 0) return;
  const expired = await client.query<{ id: string }>(
    `UPDATE approvals SET status = 'expired', decided_at = now()
     WHERE execution_id = $1 AND path = $2 AND status = 'open' RETURNING id`,
    [executionId, path],
  );
  const approvalId = expired.rows[0]?.id;
  if (approvalId === undefined) return;
  await client.query(
    `INSERT INTO audit_entries (id, project_id, action, actor_kind, resource_kind, resource_id, details)
     VALUES ($1, $2, 'approval-expired', 'system', 'approval', $3, $4)`,
    [
      createUuid(),
      projectId,
      approvalId,
      JSON.stringify({ executionId: encodeId('execution', executionId) }),
    ],
  );
}
