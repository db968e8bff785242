/**
 * Stores a message for an execution and wakes it. Runs in a transaction of the caller.
 *
 * Locks: for a message under a correlation key, that key (an advisory lock, also taken by whoever opens a wait under it,
 * always before rows); then the execution's row, which orders it against the write that parks the execution.
 * Indexes: executions_pkey, messages_key, messages_once, messages_pending; messages_kept, correlated_waits_by_key.
 */
import type { ExecutionStatus } from '@navette/contracts';
import { isTerminal } from '@navette/contracts';
import type { DeliverResult, NewMessage } from '@navette/engine';
import { findArtifactIds, holdArtifacts } from '../artifact-storage/hold-artifacts.ts';
import type { Queryable } from '../queryable.ts';
import { lockCorrelation } from './lock-correlation.ts';
import { wakeExecution } from './wake-execution.ts';

/** Messages of one execution, and kept ones of one workflow, that wait to be taken. */
export const maxPendingMessages = 1_000;

export function deliverMessage(client: Queryable, message: NewMessage): Promise<DeliverResult> {
  const { to } = message;
  return 'executionId' in to ? deliverTo(client, message, to.executionId) : correlate(client, message, to);
}

async function deliverTo(
  client: Queryable,
  message: NewMessage,
  executionId: string,
): Promise<DeliverResult> {
  const status = await lockExecution(client, message.projectId, executionId);
  if (status === undefined) return { outcome: 'unknown' };
  const twin = await findTwin(client, 'execution_id = $1 AND workflow_id IS NULL', executionId, message);
  if (twin) return twin;
  if (message.once && (await hasMessage(client, executionId, message.channel))) return { outcome: 'used' };
  if (isTerminal(status)) return { outcome: 'ended', status };
  if (!message.once && (await isFull(client, 'execution_id = $1 AND taken_at IS NULL', executionId)))
    return { outcome: 'full' };
  await insertMessage(client, message, { executionId, workflowId: null, key: null });
  const wake = await wakeExecution(client, executionId);
  return { outcome: 'delivered', messageId: message.id, executionId, wake };
}

async function correlate(
  client: Queryable,
  message: NewMessage,
  { workflowId, key }: { workflowId: string; key: string },
): Promise<DeliverResult> {
  await lockCorrelation(client, [{ workflowId, channel: message.channel, key }]);
  const workflow = await client.query(
    'SELECT id FROM workflows WHERE id = $1 AND project_id = $2 AND deleted_at IS NULL',
    [workflowId, message.projectId],
  );
  if (workflow.rows.length === 0) return { outcome: 'unknown' };
  const twin = await findTwin(client, 'workflow_id = $1', workflowId, message);
  if (twin) return twin;
  for (;;) {
    const taken = await client.query<{ id: string }>(
      `DELETE FROM correlated_waits w USING (
         SELECT execution_id, path FROM correlated_waits
         WHERE workflow_id = $1 AND channel = $2 AND correlation_key = $3 AND project_id = $4
         ORDER BY position LIMIT 1
       ) first
       WHERE w.execution_id = first.execution_id AND w.path = first.path
       RETURNING w.execution_id AS id`,
      [workflowId, message.channel, key, message.projectId],
    );
    const executionId = taken.rows[0]?.id;
    if (executionId === undefined) break;
    const status = await lockExecution(client, message.projectId, executionId);
    // It ended without taking its wait away.
    if (status === undefined || isTerminal(status)) continue;
    await insertMessage(client, message, { executionId, workflowId, key });
    const wake = await wakeExecution(client, executionId);
    return { outcome: 'delivered', messageId: message.id, executionId, wake };
  }
  if (await isFull(client, 'workflow_id = $1 AND execution_id IS NULL', workflowId))
    return { outcome: 'full' };
  await insertMessage(client, message, { executionId: null, workflowId, key });
  return { outcome: 'kept', messageId: message.id };
}

async function lockExecution(
  client: Queryable,
  projectId: string,
  executionId: string,
): Promise<ExecutionStatus | undefined> {
  const result = await client.query<{ status: ExecutionStatus }>(
    'SELECT status FROM executions WHERE id = $1 AND project_id = $2 FOR UPDATE',
    [executionId, projectId],
  );
  return result.rows[0]?.status;
}

async function findTwin(
  client: Queryable,
  target: string,
  targetId: string,
  { idempotencyKey }: NewMessage,
): Promise<DeliverResult | undefined> {
  if (idempotencyKey === null) return undefined;
  const result = await client.query<{ id: string; execution: string | null }>(
    `SELECT id, execution_id AS execution FROM messages WHERE ${target} AND idempotency_key = $2`,
    [targetId, idempotencyKey],
  );
  const twin = result.rows[0];
  return twin && { outcome: 'duplicate', messageId: twin.id, executionId: twin.execution };
}

async function hasMessage(client: Queryable, executionId: string, channel: string): Promise<boolean> {
  const result = await client.query(
    'SELECT id FROM messages WHERE execution_id = $1 AND channel = $2 AND once',
    [executionId, channel],
  );
  return result.rows.length > 0;
}

async function isFull(client: Queryable, target: string, targetId: string): Promise<boolean> {
  const result = await client.query<{ count: number }>(
    `SELECT count(*) AS count FROM (SELECT 1 FROM messages WHERE ${target} LIMIT $2) pending`,
    [targetId, maxPendingMessages],
  );
  return Number(result.rows[0]!.count) >= maxPendingMessages;
}

async function insertMessage(
  client: Queryable,
  { id, projectId, channel, once, body, idempotencyKey }: NewMessage,
  target: { executionId: string | null; workflowId: string | null; key: string | null },
): Promise<void> {
  const content = JSON.stringify(body);
  const holder =
    target.executionId === null
      ? ({ kind: 'message', id, projectId } as const)
      : ({ kind: 'execution', id: target.executionId, projectId } as const);
  await holdArtifacts(client, holder, findArtifactIds(content));
  await client.query(
    `INSERT INTO messages (id, project_id, execution_id, workflow_id, correlation_key, channel, once, body,
       idempotency_key)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      id,
      projectId,
      target.executionId,
      target.workflowId,
      target.key,
      channel,
      once,
      content,
      idempotencyKey,
    ],
  );
}
