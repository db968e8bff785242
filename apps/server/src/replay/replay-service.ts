/**
 * Replays recorded executions in the background of this process, one after the other.
 *
 * Owns: the replays at work here. What they found is in the store, where another process can read it.
 *
 * V1. A replay has limits: executions, time for each and for all, bytes of a journal, replays at work at once.
 * V2. Every execution that was chosen gets a result, or the replay says why it stopped.
 */
import { type ArtifactPort, type ExecutionReplay, type ReplayStop, replayStops } from '@navette/contracts';
import {
  type ExecutionStore,
  type NodeTypes,
  type ReplayDeps,
  replayExecution,
  type VersionRecord,
  type VersionSource,
} from '@navette/engine';
import { encodeId, type Logger, type NavetteError } from '@navette/kit';
import type { Change, ReplayRepository } from '@navette/store';
import { apiErrors } from '../http/api-error.ts';

export interface ReplayServiceOptions {
  store: ExecutionStore;
  versions: VersionSource;
  nodeTypes: NodeTypes;
  replays: ReplayRepository;
  readArtifact(projectId: string): ArtifactPort['read'];
  /** Without network. */
  code?: ReplayDeps['code'];
  programs?: ReplayDeps['programs'];
  logger: Logger;
  limits?: Partial<ReplayLimits>;
}

export interface ReplayLimits {
  /** At work at once in this process. */
  replays: number;
  executionMs: number;
  replayMs: number;
  /** Of the journal of an execution, with its large values. */
  journalBytes: number;
}

const defaultLimits: ReplayLimits = {
  replays: 2,
  executionMs: 30_000,
  replayMs: 600_000,
  journalBytes: 64 * 1024 * 1024,
};
const beatMs = 20_000;

interface ReplayToDo {
  projectId: string;
  replayId: string;
  target: VersionRecord;
  executionIds: readonly string[];
}

export class ReplayService {
  readonly #options: ReplayServiceOptions;
  readonly #limits: ReplayLimits;
  readonly #atWork = new Map<string, { stop: AbortController; done: Promise<void> }>();
  /** Places taken by replays that are about to begin. */
  #starting = 0;
  #closed = false;

  constructor(options: ReplayServiceOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
  }

  /** Stores the replay and begins. @throws REPLAY_BUSY */
  async start(
    change: Change,
    replay: {
      target: VersionRecord;
      against: 'draft' | 'published' | 'version';
      executionIds: readonly string[];
    },
  ): Promise<string> {
    if (this.#closed || this.#atWork.size + this.#starting >= this.#limits.replays) {
      throw apiErrors.create('REPLAY_BUSY');
    }
    this.#starting += 1;
    try {
      const { target, against, executionIds } = replay;
      const { workflowId, versionId } = target;
      const total = executionIds.length;
      const replayId = await this.#options.replays.create(change, { workflowId, versionId, against, total });
      const stop = new AbortController();
      const { projectId } = change;
      const done = this.#run({ projectId, replayId, target, executionIds }, stop.signal).finally(() =>
        this.#atWork.delete(replayId),
      );
      this.#atWork.set(replayId, { stop, done });
      return replayId;
    } finally {
      this.#starting -= 1;
    }
  }

  /** Wherever it is at work: there it ends with the execution that is being replayed. */
  async stop(projectId: string, replayId: string, why: ReplayStop): Promise<void> {
    const reason = replayStops[why];
    const ended = await this.#options.replays.end(projectId, replayId, { status: 'stopped', reason });
    if (ended) this.#atWork.get(replayId)?.stop.abort(new Error(reason));
  }

  /** Stops what is at work and begins nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { stop } of this.#atWork.values()) stop.abort(new Error(replayStops['server-stopped']));
    await Promise.all([...this.#atWork.values()].map(({ done }) => done));
  }

  /** Never rejects. */
  async #run(work: ReplayToDo, signal: AbortSignal): Promise<void> {
    const { logger, replays } = this.#options;
    const { projectId, replayId } = work;
    const limit = AbortSignal.timeout(this.#limits.replayMs);
    const beat = setInterval(() => {
      replays
        .beat(replayId)
        .catch((error) => logger.warn({ err: error, replayId }, 'A replay could not tell of itself'));
    }, beatMs);
    try {
      const goesOn = await this.#replayAll(work, AbortSignal.any([signal, limit]));
      if (goesOn) await replays.end(projectId, replayId, { status: 'finished' });
    } catch (error) {
      const reason = limit.aborted ? replayStops.limit : toReason(signal);
      if (!signal.aborted && !limit.aborted) logger.error({ err: error, replayId }, 'A replay broke off');
      await replays
        .end(projectId, replayId, { status: 'stopped', reason })
        .catch((again) => logger.warn({ err: again, replayId }, 'The end of a replay could not be stored'));
    } finally {
      clearInterval(beat);
    }
  }

  /** @returns false when somebody stopped it. */
  async #replayAll(work: ReplayToDo, signal: AbortSignal): Promise<boolean> {
    const { projectId, replayId, executionIds } = work;
    for (const [position, executionId] of executionIds.entries()) {
      signal.throwIfAborted();
      const result = await this.#replayOne(work, executionId, signal);
      const goesOn = await this.#options.replays.addResult(projectId, replayId, {
        position,
        executionId,
        result,
      });
      if (!goesOn) return false;
    }
    return true;
  }

  async #replayOne(
    { projectId, target }: ReplayToDo,
    executionId: string,
    signal: AbortSignal,
  ): Promise<ExecutionReplay> {
    const { code, programs, store, versions, nodeTypes, replays, readArtifact } = this.#options;
    const sizeBytes = await replays.loadSizeBytes(projectId, executionId);
    if (sizeBytes > this.#limits.journalBytes) {
      const mebibytes = (bytes: number) => Math.ceil(bytes / 1024 / 1024);
      const params = { size: mebibytes(sizeBytes), limit: mebibytes(this.#limits.journalBytes) };
      return createNotReplayed(executionId, apiErrors.create('REPLAY_TOO_LARGE', { params }));
    }
    const deps: ReplayDeps = {
      ...{ store, versions, nodeTypes, code, programs },
      readArtifact: readArtifact(projectId),
    };
    const timeoutMs = this.#limits.executionMs;
    return replayExecution(deps, { projectId, executionId, target, timeoutMs, signal });
  }
}

function toReason(signal: AbortSignal): string {
  return signal.aborted && signal.reason instanceof Error ? signal.reason.message : replayStops.fault;
}

function createNotReplayed(executionId: string, { code, message }: NavetteError): ExecutionReplay {
  return {
    executionId: encodeId('execution', executionId),
    outcome: 'not-replayed',
    reason: message,
    reasonCode: code,
    recordedStatus: null,
    replayedStatus: null,
    error: null,
    changes: [],
    sameSteps: 0,
    unknownSteps: 0,
    drifted: [],
    tookMs: 0,
  };
}
