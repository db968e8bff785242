import type { JournalRecord } from '@navette/contracts';
import { engineErrors } from '@navette/engine';
import type { ErrorRecord } from '@navette/kit';
import type { ClientBase } from 'pg';
import { requestCancel } from '../sql/request-cancel.ts';
import { wakeParents } from '../sql/wake-parents.ts';
import type { PassOutcome } from './pass-outcome.ts';

/** Cancels an execution, or asks its owner to, with everything that it has called. Part of the caller's transaction. */
export async function endByLimit(
  client: ClientBase,
  { id, projectId }: { id: string; projectId: string },
  error: ErrorRecord,
  outcome: PassOutcome,
): Promise<void> {
  const finished = (at: number): JournalRecord => ({
    type: 'execution-finished',
    at,
    status: 'cancelled',
    error,
  });
  const result = await requestCancel(client, { projectId, executionId: id, finished, error });
  if (result.outcome === 'cancelled') {
    outcome.ended.push({
      projectId,
      workflowId: result.workflowId!,
      executionId: id,
      seq: result.seq!,
      records: [finished(Date.now())],
    });
    if (result.parentId) {
      const woken = await wakeParents(client, [result.parentId]);
      outcome.ready.push(...woken.filter((row) => row.status === 'queued').map((row) => row.id));
    }
  }
  for (const child of result.children) {
    const cancelled = engineErrors.create('EXECUTION_CANCELLED').toRecord();
    await endByLimit(client, { id: child, projectId }, cancelled, outcome);
  }
}
