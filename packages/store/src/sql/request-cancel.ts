/**
 * Cancels what nobody is working on, and marks what a worker has. One transaction; locks the execution's row.
 * The caller runs it inside a transaction. Index: executions_pkey, executions_parent.
 */
import type { ClientBase } from 'pg';
import { withdraw } from './apply-mail.ts';
import { cancelChildren } from './cancel-children.ts';
import { queueCompensation } from './queue-compensation.ts';

export interface CancelResult {
  outcome: 'requested' | 'cancelled' | 'finished' | 'unknown';
  children: string[];
  workflowId?: string;
  parentId?: string | null;
  seq?: number;
  /** The concurrency limit that may have got a place back. */
  freed?: string | null;
}

export async function requestCancel(
  client: ClientBase,
  options: { projectId: string; executionId: string; finished: (at: number) => unknown; error: unknown },
): Promise<CancelResult> {
  const found = await client.query<{
    status: string;
    workflow_id: string;
    parent_id: string | null;
    fence: number;
    concurrency_id: string | null;
  }>(
    'SELECT status, workflow_id, parent_id, fence, concurrency_id FROM executions WHERE id = $1 AND project_id = $2 FOR UPDATE',
    [options.executionId, options.projectId],
  );
  const row = found.rows[0];
  if (!row) return { outcome: 'unknown', children: [] };
  const children = await listOpenChildren(client, options);
  if (row.status === 'running') {
    await client.query(
      'UPDATE executions SET cancel_requested_at = coalesce(cancel_requested_at, now()) WHERE id = $1',
      [options.executionId],
    );
    return { outcome: 'requested', children, workflowId: row.workflow_id };
  }
  if (row.status !== 'queued' && row.status !== 'waiting') return { outcome: 'finished', children };
  await withdraw(client, options.executionId);
  await cancelChildren(client, children);
  const ended = await client.query<{ at: Date }>(
    `UPDATE executions SET status = 'cancelled', finished_at = now(), wake_at = NULL, reason = NULL, error = $2,
       cancel_requested_at = coalesce(cancel_requested_at, now())
     WHERE id = $1 RETURNING finished_at AS at`,
    [options.executionId, JSON.stringify(options.error)],
  );
  await queueCompensation(client, options.executionId);
  const written = await client.query<{ seq: number }>(
    `INSERT INTO journal (execution_id, seq, project_id, fence, records)
     SELECT $1, coalesce(max(seq), 0) + 1, $2, $3, $4 FROM journal WHERE execution_id = $1
     RETURNING seq`,
    [
      options.executionId,
      options.projectId,
      row.fence,
      JSON.stringify([options.finished(ended.rows[0]!.at.getTime())]),
    ],
  );
  return {
    outcome: 'cancelled',
    children,
    workflowId: row.workflow_id,
    parentId: row.parent_id,
    seq: written.rows[0]!.seq,
    freed: row.concurrency_id,
  };
}

async function listOpenChildren(
  client: ClientBase,
  options: { projectId: string; executionId: string },
): Promise<string[]> {
  const result = await client.query<{ id: string }>(
    `SELECT id FROM executions
     WHERE parent_id = $1 AND project_id = $2 AND status IN ('queued', 'running', 'waiting')`,
    [options.executionId, options.projectId],
  );
  return result.rows.map((row) => row.id);
}
