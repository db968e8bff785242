/**
 * What journal writes change about messages, approvals and waits under a key, in the transaction of those writes.
 *
 * Locks: `lockMail` the correlation keys, before the rows of the executions; `applyMail` rows that belong to executions
 * whose rows the writes hold already.
 * Indexes: messages_pkey, messages_kept, correlated_waits_pkey, approvals_execution_id_path_key.
 */
import type { JournalWrite, NewApproval } from '@navette/engine';
import type { ClientBase } from 'pg';
import { lockCorrelation } from './lock-correlation.ts';
import { wakeExecution } from './wake-execution.ts';

export type MailWrite = Pick<JournalWrite, 'executionId' | 'projectId' | 'workflowId' | 'mail'>;

export async function lockMail(client: ClientBase, writes: readonly MailWrite[]): Promise<void> {
  const correlations = writes.flatMap(({ mail, workflowId }) =>
    (mail?.waits ?? []).map(({ channel, key }) => ({ workflowId, channel, key })),
  );
  await lockCorrelation(client, correlations);
}

/** Gives the executions that were parked by these writes and are queued, since a message was there for them. */
export async function applyMail(client: ClientBase, writes: readonly MailWrite[]): Promise<Set<string>> {
  const queued = new Set<string>();
  for (const write of writes) {
    const { mail, executionId } = write;
    if (!mail) continue;
    await markTaken(client, executionId, mail.taken);
    for (const approval of mail.approvals) await openApproval(client, write, approval);
    for (const wait of mail.waits) {
      const found = await takeKept(client, write, wait);
      if (!found) await openWait(client, write, wait);
      else if ((await wakeExecution(client, executionId)) === 'queued') queued.add(executionId);
    }
    if (mail.withdrawn.length > 0) await withdraw(client, executionId, mail.withdrawn);
  }
  return queued;
}

/** These steps wait no more (all of the execution without a list): nobody is asked any more, nobody finds them. */
export async function withdraw(
  client: Pick<ClientBase, 'query'>,
  executionId: string,
  paths: readonly string[] | null = null,
): Promise<void> {
  const isMeant = 'execution_id = $1 AND ($2::text[] IS NULL OR path = ANY ($2))';
  const values = [executionId, paths];
  await client.query(
    `UPDATE approvals SET status = 'cancelled', decided_at = now() WHERE ${isMeant} AND status = 'open'`,
    values,
  );
  await client.query(`DELETE FROM correlated_waits WHERE ${isMeant}`, values);
}

async function markTaken(
  client: ClientBase,
  executionId: string,
  taken: readonly { messageId: string; path: string }[],
): Promise<void> {
  if (taken.length === 0) return;
  const marked = await client.query(
    'UPDATE messages SET taken_at = now(), body = NULL WHERE id = ANY ($1::uuid[]) AND taken_at IS NULL',
    [taken.map(({ messageId }) => messageId)],
  );
  // The run that thinks so is wrong about what it waits for: it is taken up anew from what is stored.
  if (marked.rowCount !== taken.length)
    throw new Error('A message was to be taken that another step has taken');
  await client.query('DELETE FROM correlated_waits WHERE execution_id = $1 AND path = ANY ($2::text[])', [
    executionId,
    taken.map(({ path }) => path),
  ]);
}

async function takeKept(
  client: ClientBase,
  { executionId, workflowId }: MailWrite,
  { channel, key }: { channel: string; key: string },
): Promise<boolean> {
  const result = await client.query(
    `UPDATE messages m SET execution_id = $1 FROM (
       SELECT id FROM messages
       WHERE workflow_id = $2 AND channel = $3 AND correlation_key = $4 AND execution_id IS NULL
       ORDER BY position LIMIT 1
     ) first
     WHERE m.id = first.id`,
    [executionId, workflowId, channel, key],
  );
  return result.rowCount! > 0;
}

async function openWait(
  client: ClientBase,
  { executionId, projectId, workflowId }: MailWrite,
  { path, channel, key }: { path: string; channel: string; key: string },
): Promise<void> {
  await client.query(
    `INSERT INTO correlated_waits (execution_id, path, project_id, workflow_id, channel, correlation_key)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [executionId, path, projectId, workflowId, channel, key],
  );
}

async function openApproval(
  client: ClientBase,
  { executionId, projectId, workflowId }: MailWrite,
  approval: NewApproval,
): Promise<void> {
  const { id, path, title, message, approvers, escalation, fields, expiresAt } = approval;
  await client.query(
    `INSERT INTO approvals (id, project_id, workflow_id, execution_id, path, title, message, role, people, escalate_at,
       escalation_role, escalation_people, fields, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, to_timestamp($10::float8 / 1000), $11, $12, $13,
       to_timestamp($14::float8 / 1000))
     ON CONFLICT DO NOTHING`,
    [
      id,
      projectId,
      workflowId,
      executionId,
      path,
      title,
      message,
      approvers.role,
      approvers.people,
      escalation?.atMs ?? null,
      escalation?.approvers.role ?? null,
      escalation?.approvers.people ?? [],
      JSON.stringify(fields),
      expiresAt,
    ],
  );
}
