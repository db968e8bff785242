/**
 * Fork: a new execution that begins with everything that a recorded one had done at some point of its journal, and goes
 * on from there by itself. Its effects are new ones, under new keys.
 */
import type { EngineDeps } from '../deps.ts';
import { engineErrors } from '../errors.ts';
import { compileWorkflow } from '../graph/compile.ts';
import { type DeriveInVersion, deriveExecution, type PreparedExecution } from './derive-execution.ts';
import { type Recording, readRecording } from './recording.ts';
import { reuseRecords } from './reuse-records.ts';

export interface ForkRequest extends DeriveInVersion {
  /** Path of a step: the point at which it was complete. */
  after?: string | undefined;
  /** The point right after a journal record. Without either: the end. */
  at?: readonly [seq: number, index: number] | undefined;
}

/** @throws STEP_UNKNOWN, EVENT_UNKNOWN, and what `readRecording` throws */
export async function prepareFork(deps: EngineDeps, request: ForkRequest): Promise<PreparedExecution> {
  const { projectId, executionId, after, at, idempotencyKey } = request;
  const recording = await readRecording(deps, projectId, executionId);
  if (recording.execution.mode === 'compensation') throw engineErrors.create('COMPENSATION_RETRY_ONLY');
  const version = request.version ?? recording.version;
  const { triggerNodeId } = recording.execution;
  if (!compileWorkflow(version, deps.nodeTypes).indexById.has(triggerNodeId)) {
    throw engineErrors.create('STEP_UNKNOWN', { params: { step: triggerNodeId } });
  }
  const options = { kind: 'fork', version, sameEffects: false, step: after, idempotencyKey } as const;
  const execution = deriveExecution(deps, recording, options);
  return {
    execution,
    records: reuseRecords({
      recording,
      definition: version.definition,
      again: recording.undone,
      until: findEnd(recording, after, at),
      at: execution.createdAt,
    }),
  };
}

/** How many records lie before the point. The trigger is always among them: without it nothing could run. */
function findEnd(recording: Recording, after: string | undefined, at: ForkRequest['at']): number {
  const { records, chunks } = recording;
  if (after !== undefined) {
    const found = records.findLastIndex(
      (record) => record.type === 'step-completed' && record.path === after,
    );
    if (found < 0) throw engineErrors.create('STEP_UNKNOWN', { params: { step: after } });
    return found + 1;
  }
  if (at === undefined) return records.length;
  const [seq, index] = at;
  const chunk = chunks.find((each) => each.seq === seq);
  if (!chunk || index >= chunk.records.length)
    throw engineErrors.create('EVENT_UNKNOWN', { params: { event: at.join('.') } });
  let before = 0;
  for (const each of chunks) if (each.seq < seq) before += each.records.length;
  const trigger = records.findIndex(
    (record) => record.type === 'step-completed' && record.path === recording.execution.triggerNodeId,
  );
  return Math.max(before + index + 1, trigger + 1);
}
