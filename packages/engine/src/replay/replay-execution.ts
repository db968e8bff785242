/** Replays one recorded execution in another version, and tells what would be different. */
import type { ArtifactPort, ExecutionReplay, ProgramPort } from '@navette/contracts';
import { encodeId, NavetteError } from '@navette/kit';
import { engineErrors } from '../errors.ts';
import type { ExecutionStore, NodeTypes, StepPorts, VersionRecord, VersionSource } from '../ports.ts';
import { compareReplays } from './compare-replays.ts';
import { indexSteps } from './recorded-steps.ts';
import { type Recording, readRecording } from './recording.ts';
import { runReplay } from './replay-run.ts';

export interface ReplayDeps {
  store: ExecutionStore;
  versions: VersionSource;
  nodeTypes: NodeTypes;
  readArtifact: ArtifactPort['read'];
  /** For pure steps that run code; without it they fail. */
  code?: StepPorts['code'];
  /** For programs; without it they fail. */
  programs?: ProgramPort;
}

export interface ReplayRequest {
  projectId: string;
  executionId: string;
  /** Another version of the same workflow. */
  target: VersionRecord;
  timeoutMs: number;
  /** Stops the replay at once. */
  signal?: AbortSignal | undefined;
}

/** Never rejects for what is the execution's or the version's own trouble: that is the answer. */
export async function replayExecution(deps: ReplayDeps, request: ReplayRequest): Promise<ExecutionReplay> {
  const startedAt = performance.now();
  const tookMs = () => Math.round(performance.now() - startedAt);
  const executionId = encodeId('execution', request.executionId);
  let recording: Recording | undefined;
  try {
    recording = await readRecording(deps, request.projectId, request.executionId);
    if (recording.execution.mode === 'compensation') throw engineErrors.create('COMPENSATION_RETRY_ONLY');
    const compared = await replayBoth(deps, request, recording);
    const reason = null;
    return { executionId, reason, recordedStatus: recording.execution.status, ...compared, tookMs: tookMs() };
  } catch (thrown) {
    if (request.signal?.aborted) throw request.signal.reason;
    if (!NavetteError.is(thrown) || thrown.kind === 'bug') throw thrown;
    return {
      executionId,
      outcome: 'not-replayed',
      reason: thrown.message,
      reasonCode: thrown.code,
      recordedStatus: recording?.execution.status ?? null,
      replayedStatus: null,
      error: null,
      changes: [],
      sameSteps: 0,
      unknownSteps: 0,
      drifted: [],
      tookMs: tookMs(),
    };
  }
}

async function replayBoth(deps: ReplayDeps, request: ReplayRequest, recording: Recording) {
  const { target, timeoutMs } = request;
  const recorded = indexSteps(recording.records);
  const limit = new AbortController();
  const limits = [limit.signal, ...(request.signal ? [request.signal] : [])];
  const error = engineErrors.create('REPLAY_TOO_LONG', { params: { limit: `${timeoutMs} ms` } });
  const timer = setTimeout(() => limit.abort(error), timeoutMs);
  const { code, nodeTypes, programs, readArtifact } = deps;
  const common = {
    recording,
    recorded,
    nodeTypes,
    readArtifact,
    code,
    programs,
    signal: AbortSignal.any(limits),
  };
  try {
    const before = await runReplay({ ...common, version: recording.version });
    const after = await runReplay({ ...common, version: target, before: before.notes.asked });
    return compareReplays({ recording, recorded, target, before, after });
  } finally {
    clearTimeout(timer);
  }
}
