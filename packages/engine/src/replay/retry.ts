/**
 * Retry: a failed or cancelled execution goes on from where it stopped, as a new execution of the same version. What is
 * done stays done, and what is still to be done keeps its effect keys, since it is the same effect.
 */
import { isTerminal } from '@navette/contracts';
import type { EngineDeps } from '../deps.ts';
import { engineErrors } from '../errors.ts';
import { type DeriveRequest, deriveExecution, type PreparedExecution } from './derive-execution.ts';
import { readRecording } from './recording.ts';
import { reuseRecords } from './reuse-records.ts';

/**
 * When a compensation undid steps, these and what builds on them run again, and under new keys: the other side must not
 * take a new charge for the one that was paid back.
 * @throws EXECUTION_NOT_RETRYABLE, and what `readRecording` throws
 */
export async function prepareRetry(deps: EngineDeps, request: DeriveRequest): Promise<PreparedExecution> {
  const { projectId, executionId, idempotencyKey } = request;
  const status = (await deps.store.readExecution(projectId, executionId))?.status;
  if (status !== undefined && (!isTerminal(status) || status === 'succeeded')) {
    throw engineErrors.create('EXECUTION_NOT_RETRYABLE', { params: { status } });
  }
  const recording = await readRecording(deps, projectId, executionId);
  const { version, undone } = recording;
  const sameEffects = undone.size === 0;
  const execution = deriveExecution(deps, recording, {
    kind: 'retry',
    version,
    sameEffects,
    idempotencyKey,
  });
  const { definition } = version;
  return {
    execution,
    records: reuseRecords({ recording, definition, again: undone, at: execution.createdAt }),
  };
}
