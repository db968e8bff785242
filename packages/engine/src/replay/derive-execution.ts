/** Executions that are made from recorded ones: what they inherit, and under which keys their effects go out. */
import type { ExecutionOrigin, JournalRecord } from '@navette/contracts';
import type { EngineDeps } from '../deps.ts';
import type { NewExecution, VersionRecord } from '../ports.ts';
import type { Recording } from './recording.ts';

/** An execution as it will be queued, with its first records. */
export interface PreparedExecution {
  execution: NewExecution;
  records: JournalRecord[];
}

export interface DeriveRequest {
  projectId: string;
  executionId: string;
  /** A second request with it gives the execution of the first. */
  idempotencyKey?: string | undefined;
}

export interface DeriveInVersion extends DeriveRequest {
  /** Another version of the same workflow; that of the recorded execution when left out. */
  version?: VersionRecord | undefined;
}

/** Whether somebody started it, or what it was made from, by hand. */
export function isAttended(execution: Pick<NewExecution, 'mode' | 'origin'>): boolean {
  return execution.mode === 'manual' || execution.origin?.attended === true;
}

/**
 * @param options.sameEffects the effects that are still to come are those that the recorded execution would have had:
 * they keep its keys, so that the other side knows what it has seen. Otherwise every effect is a new one.
 */
export function deriveExecution(
  deps: Pick<EngineDeps, 'clock' | 'uuid'>,
  recording: Recording,
  options: {
    kind: 'retry' | 'rerun' | 'fork';
    version: VersionRecord;
    sameEffects: boolean;
    step?: string | undefined;
    idempotencyKey: string | undefined;
  },
): NewExecution {
  const { execution: old } = recording;
  const { version, kind } = options;
  const id = deps.uuid();
  const now = deps.clock.now();
  const { timeoutMs } = version.definition.settings;
  const origin: ExecutionOrigin = { kind };
  if (options.step !== undefined) origin.step = options.step;
  if (isAttended(old)) origin.attended = true;
  if (old.origin?.errorDepth !== undefined) origin.errorDepth = old.origin.errorDepth;
  return {
    id,
    projectId: old.projectId,
    workflowId: old.workflowId,
    versionId: version.versionId,
    // A compensation stays one: its graph is made from its plan.
    mode: old.mode === 'compensation' ? 'compensation' : kind,
    triggerNodeId: old.triggerNodeId,
    createdAt: now,
    deadlineAt: timeoutMs === undefined || old.mode === 'compensation' ? null : now + timeoutMs,
    idempotencyKey: options.idempotencyKey ?? null,
    retryOf: old.id,
    rootId: options.sameEffects ? old.rootId : id,
    parentId: null,
    parentPath: null,
    depth: old.depth,
    origin,
  };
}
