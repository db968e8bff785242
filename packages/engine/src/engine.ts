/**
 * The engine of one worker: starts executions, takes queued ones, and holds those that run here.
 *
 * Owns: the runs in this process, compiled workflows. Every other truth is in the store.
 *
 * E1. `start` and `startAndAwait` return only what is committed.
 * E2. An execution is in `#runs` exactly while this worker owns it (or is about to create it).
 */
import type { JournalRecord } from '@navette/contracts';
import { applyLimits } from './admission/apply-limits.ts';
import { KeptPlaces } from './admission/kept-places.ts';
import { Overtaking } from './admission/overtaking.ts';
import { hasLimits } from './admission/plan-limits.ts';
import type { ProjectBound } from './admission/project-bound.ts';
import { StartLine } from './admission/start-line.ts';
import { Answers, type AwaitOptions } from './answers.ts';
import type { Awaited, Started } from './awaited.ts';
import type { EngineDeps, RunDeps } from './deps.ts';
import { engineErrors } from './errors.ts';
import { CompileCache } from './graph/compile-cache.ts';
import type { ClaimedExecution, NewExecution, VersionRecord, WriteResult } from './ports.ts';
import { Post } from './post.ts';
import { prepareStart, type StartRequest } from './prepare-start.ts';
import { RefusedVersions } from './refused-versions.ts';
import { type ForkRequest, prepareFork } from './replay/fork.ts';
import { prepareRerun, type RerunRequest } from './replay/rerun.ts';
import { prepareRetry } from './replay/retry.ts';
import { ExecutionRun, type RunEnd } from './run/execution-run.ts';
import { LazyFlusher } from './run/lazy-flusher.ts';
import { type HeldRun, RunTable } from './run/run-table.ts';
import { ExecutionState } from './state/execution-state.ts';
import { StraightPlans } from './straight/straight-plan.ts';
import { runStraight, StraightRun } from './straight/straight-run.ts';
import { TakeUp } from './take-up/take-up.ts';

export type { StartRequest } from './prepare-start.ts';

export interface EngineOptions {
  deps: EngineDeps;
  /** Executions at work at once in this process. */
  maxActive: number;
  /** After how long records that nobody depends on are written; 50 ms when left out. */
  lazyFlushMs?: number;
}

/** What a claim gave. */
export interface Claimed {
  count: number;
  /** Something that was asked for may be left, since there was no place, or none for its project. */
  hasMore: boolean;
}

export class Engine {
  /** Sends messages into executions. */
  readonly post: Post;
  readonly #deps: RunDeps;
  readonly #maxActive: number;
  readonly #compiled: CompileCache;
  readonly #lazyFlusher: LazyFlusher;
  readonly #runs = new RunTable();
  readonly #answers: Answers;
  readonly #takeUp: TakeUp;
  readonly #refused: RefusedVersions;
  readonly #kept: KeptPlaces;
  readonly #overtaking: Overtaking;
  readonly #line: StartLine<HeldRun>;
  readonly #straight = new StraightPlans();
  #workerId: string;
  #draining = false;
  /** Claims that are under way. */
  #claims = 0;
  #idle: (() => void) | undefined;
  /** Called when a place became free. */
  onFree: () => void = () => {};

  constructor(options: EngineOptions, workerId: string) {
    this.post = new Post(options.deps, (executionId) => this.notify(executionId));
    this.#deps = { ...options.deps, post: this.post };
    this.#maxActive = options.maxActive;
    this.#workerId = workerId;
    this.#lazyFlusher = new LazyFlusher(options.deps.clock, this.#runs, options.lazyFlushMs);
    this.#compiled = new CompileCache(options.deps.nodeTypes);
    this.#refused = new RefusedVersions(options.deps.nodeTypes);
    this.#answers = new Answers({ deps: this.#deps, compiled: this.#compiled, runs: this.#runs });
    this.#takeUp = new TakeUp({
      deps: this.#deps,
      compiled: this.#compiled,
      refused: this.#refused,
      runs: this.#runs,
      readWorkerId: () => this.#workerId,
      hold: (run) => this.#hold(run),
      drive: (run) => this.#drive(run),
    });
    const { maxActive } = options;
    this.#kept = new KeptPlaces({ clock: options.deps.clock, maxActive, listActive: this.#listActive });
    this.#overtaking = new Overtaking(maxActive);
    this.#line = new StartLine({
      clock: options.deps.clock,
      maxActive,
      readFree: () => (options.deps.dispatcher.holdsStarts ? 0 : this.free),
      mayTake: (projectId) => this.#mayTake(projectId),
    });
  }

  get active(): number {
    return this.#runs.size;
  }
  get free(): number {
    return this.#draining ? 0 : Math.max(0, this.#maxActive - this.#runs.size);
  }
  /** Places that are free for any project; the others are kept from the one that holds most. */
  get openToAll(): number {
    return this.#kept.countOpen(this.free);
  }
  /** Whether what is free here is not for that project. */
  keepsFrom(projectId: string): boolean {
    return this.#kept.keepsFrom(projectId, this.free);
  }
  get workerId(): string {
    return this.#workerId;
  }
  /** Whether an answer of the store is awaited that may give executions to this worker: its own by then. */
  get isClaiming(): boolean {
    return this.#claims > 0;
  }
  /** Ids of the executions that run here. */
  runningIds(): string[] {
    return this.#runs.list().map((run) => run.execution.id);
  }

  /**
   * Starts an execution; durable when it resolves, at work here or queued. Throws IDEMPOTENCY_KEY_REUSED when the key came
   * before with something else.
   */
  async start(request: StartRequest): Promise<Started> {
    const { execution, records } = this.#prepare(request);
    const open = () => this.#createRun(request, execution, records);
    const run = await this.#openRun(request, open);
    const started = await (run
      ? this.#startDurably(run)
      : this.#enqueue(execution, records, request.version));
    if (started.duplicate) await this.#assertRepeat(request, started.executionId);
    return started;
  }

  /**
   * Starts an execution and waits for its answer (`until: response`) or its end. A short run of pure steps costs one
   * commit in all. Rejects with the signal's reason when the caller gives up; the execution goes on. Throws
   * IDEMPOTENCY_KEY_REUSED as `start` does.
   */
  async startAndAwait(request: StartRequest, options: AwaitOptions): Promise<Awaited> {
    if (request.idempotencyKey !== undefined) {
      const started = await this.start(request);
      if (started.gathered) return { ...started, status: 'waiting' };
      return this.#answers.await(started.executionId, options, started.duplicate);
    }
    const { execution, records } = this.#prepare(request);
    const opened = this.#openRun(
      request,
      () => this.#runStraight(request, execution, records) ?? this.#createRun(request, execution, records),
    );
    const run = opened instanceof Promise ? await opened : opened;
    if (run instanceof StraightRun) {
      const end = await run.drive();
      this.#release(run, end);
      return this.#answers.answerOf(run, end, options) ?? (await this.#answers.awaitEnd(run, end, options));
    }
    if (run) return this.#answers.awaitRun(run, this.#drive(run), options);
    const started = await this.#enqueue(execution, records, request.version);
    if (started.gathered) return { ...started, status: 'waiting' };
    return this.#answers.await(started.executionId, options, started.duplicate);
  }

  /** The end of an execution that has ended or will end in this process. */
  awaitFinished(executionId: string, signal?: AbortSignal): Promise<Awaited> {
    return this.#answers.await(executionId, { until: 'finished', ...(signal ? { signal } : {}) }, false);
  }

  /** Takes queued executions from the store and runs them here: those named, or the first in line. */
  async claim(ids?: readonly string[]): Promise<Claimed> {
    const limit = this.free;
    if (limit === 0) return { count: 0, hasMore: true };
    const perProject = this.#kept.readBound();
    const workerId = this.#workerId;
    const options = {
      ...{ workerId, limit, ...this.#refused.toClaim() },
      ...(ids ? { ids } : {}),
      ...(perProject ? { perProject } : {}),
    };
    this.#claims += 1;
    try {
      const claimed = await this.#deps.store.claim(options);
      const count = claimed.length;
      const hasMore = count < (ids?.length ?? limit) ? isAtBound(perProject, claimed) : !ids;
      if (!ids) this.#noteTurn(claimed, hasMore);
      if (count > 0) this.#line.noteClaimed(this.#overtaking.turnsOfLine);
      for (const { projectId } of claimed) this.#deps.queueBounds?.noteTaken(projectId);
      await this.#takeUp.resumeAll(claimed, workerId);
      return { count, hasMore };
    } finally {
      this.#claims -= 1;
      this.#line.serve();
    }
  }

  /** Retries a failed or cancelled execution: a new one of the same version that keeps the finished steps. */
  async retry(
    projectId: string,
    executionId: string,
    options: { idempotencyKey?: string } = {},
  ): Promise<Started> {
    const { execution, records } = await prepareRetry(this.#deps, { projectId, executionId, ...options });
    return this.#enqueue(execution, records);
  }

  /** Runs an execution that has ended again from one of its steps, as a new execution. */
  async rerun(request: RerunRequest): Promise<Started> {
    const { execution, records } = await prepareRerun(this.#deps, request);
    return this.#enqueue(execution, records);
  }

  /** Goes on from any point of an execution that has ended, as a new execution. */
  async fork(request: ForkRequest): Promise<Started> {
    const { execution, records } = await prepareFork(this.#deps, request);
    return this.#enqueue(execution, records);
  }

  /** Stops an execution in any state, and its children. */
  async cancel(
    projectId: string,
    executionId: string,
  ): Promise<'requested' | 'cancelled' | 'finished' | 'unknown'> {
    const result = await this.#deps.store.requestCancel(projectId, executionId);
    this.#runs.find(executionId)?.cancel();
    for (const child of result.children) await this.cancel(projectId, child);
    return result.outcome;
  }

  /** Passes on cancellations that reached this worker's executions through the store. */
  cancelHere(executionIds: readonly string[]): void {
    for (const id of executionIds) this.#runs.find(id)?.cancel();
  }

  /** Executions that somebody here waits for and that do not run here. */
  awaitedElsewhere(): string[] {
    return this.#answers.awaitedElsewhere();
  }

  /** Another process may have committed something of these: answers those here who wait for them. */
  lookAgain(executionIds: readonly string[]): Promise<void> {
    return this.#answers.lookAgain(executionIds);
  }

  /** Something that a run waits for has changed. False when it does not run here. */
  notify(executionId: string): boolean {
    const run = this.#runs.find(executionId);
    run?.notify();
    return run !== undefined;
  }

  /** The lease is gone: everything at work here belongs to others now. Goes on under a new worker id. */
  abandon(newWorkerId: string): void {
    this.#workerId = newWorkerId;
    for (const run of this.#runs.list()) run.abandon();
  }

  /** Takes no more work and gives back what runs, waiting for steps at work up to the limit. */
  async drain(timeoutMs: number): Promise<void> {
    this.#draining = true;
    this.#line.clear();
    for (const run of this.#runs.list()) run.drain();
    if (this.#runs.size === 0) return;
    const idle = new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
    await Promise.race([idle, this.#deps.clock.sleep(timeoutMs)]);
  }

  #prepare(request: StartRequest): { execution: NewExecution; records: JournalRecord[] } {
    if (this.#draining) throw engineErrors.create('ENGINE_STOPPING');
    this.#deps.assertTakesWork?.();
    return prepareStart(this.#deps, this.#compiled, request);
  }

  /** The run of a start that has a place here, now or in a moment; nothing when it has to go through the queue. */
  #openRun<R extends HeldRun>(
    { mode, projectId, version }: StartRequest,
    open: () => R,
  ): R | Promise<R | undefined> | undefined {
    if (this.#deps.dispatcher.holdsStarts) return undefined;
    if (hasLimits(version.definition.settings, mode)) return undefined;
    this.#kept.note(projectId);
    if (this.free > 0) {
      this.#line.noteFree();
      if (this.free > 0 && !this.#line.hasCandidate && this.#mayTake(projectId)) return open();
    }
    return this.#line.isOpenTo(projectId) ? this.#waitInLine(projectId, open) : undefined;
  }

  async #waitInLine<R extends HeldRun>(projectId: string, open: () => R): Promise<R | undefined> {
    const run = (await this.#line.join(projectId, open)) as R | undefined;
    if (!run && this.#draining) throw engineErrors.create('ENGINE_STOPPING');
    return run;
  }

  /** Whether a start of the project may have a free place: none that is due to those who wait, or kept for others. */
  #mayTake(projectId: string): boolean {
    return !this.#overtaking.mustQueue(projectId, this.#listActive) && !this.keepsFrom(projectId);
  }

  /** The projects of what runs here, one entry each. */
  readonly #listActive = (): readonly string[] => this.#runs.list().map((run) => run.execution.projectId);

  /** What a look into the queue tells of it. */
  #noteTurn(claimed: readonly ClaimedExecution[], hasMore: boolean): void {
    const projectIds = claimed.map((execution) => execution.projectId);
    for (const projectId of projectIds) this.#kept.note(projectId);
    this.#overtaking.note(hasMore, projectIds, this.#listActive);
  }

  async #enqueue(
    execution: NewExecution,
    records: readonly JournalRecord[],
    ofVersion?: VersionRecord,
  ): Promise<Started> {
    const { dispatcher, queueBounds, store, versions } = this.#deps;
    const { id: executionId, projectId } = execution;
    this.#deps.assertTakesWork?.();
    queueBounds?.assertRoom(projectId);
    const version = ofVersion ?? (await versions.read(projectId, execution.versionId));
    const queued = version ? applyLimits(execution, version, records) : execution;
    queueBounds?.noteQueued(projectId);
    let result: WriteResult | undefined;
    try {
      result = await store.create(queued, records);
    } finally {
      if (!isQueued(result)) queueBounds?.noteTaken(projectId);
    }
    if (result.outcome === 'duplicate') return { executionId: result.executionId, duplicate: true };
    if (result.outcome === 'merged')
      return { executionId: result.executionId, duplicate: false, gathered: true };
    const state = result.outcome === 'written' ? result.state : undefined;
    if (state === 'delayed') return { executionId, duplicate: false, gathered: true };
    if (state === undefined) dispatcher.enqueue([executionId], projectId);
    return { executionId, duplicate: false };
  }

  /** Undefined when the execution is one for a run that can wait. */
  #runStraight(
    request: StartRequest,
    execution: NewExecution,
    records: readonly JournalRecord[],
  ): StraightRun | undefined {
    const plan = this.#straight.find(this.#compiled.get(request.version), request.triggerNodeId);
    const workerId = this.#workerId;
    const run = plan && runStraight(plan, { deps: this.#deps, execution, records, workerId });
    if (run) this.#hold(run);
    return run;
  }

  #createRun(
    request: StartRequest,
    execution: NewExecution,
    records: readonly JournalRecord[],
  ): ExecutionRun {
    const workflow = this.#compiled.get(request.version);
    const run = new ExecutionRun({
      deps: this.#deps,
      execution,
      state: new ExecutionState(workflow, request.triggerNodeId),
      workerId: this.#workerId,
      fence: 1,
      seq: 0,
      created: false,
    });
    this.#hold(run);
    run.append({ type: 'execution-started', at: execution.createdAt, fence: 1, worker: this.#workerId });
    for (const record of records) run.append(record);
    return run;
  }

  /** That the execution which has the key already was asked for by the very same request. */
  async #assertRepeat({ idempotencyKey, requestSha256 }: StartRequest, executionId: string): Promise<void> {
    if (requestSha256 === undefined) return;
    const keyed = await this.#deps.store.readKeyed(executionId);
    // An execution that gathers for a debounced trigger tells of the last request, which may have had another key.
    if (keyed?.key === idempotencyKey && keyed?.sha256 !== requestSha256)
      throw engineErrors.create('IDEMPOTENCY_KEY_REUSED');
  }

  /** Commits the execution before its first step. */
  async #startDurably(run: ExecutionRun): Promise<Started> {
    const { id } = run.execution;
    try {
      await run.flush();
    } catch {
      // The reason is in the run's end: a twin, or a lost lease.
      const end = await this.#drive(run);
      if (end.kind === 'duplicate') return { executionId: end.executionId, duplicate: true };
      this.#deps.assertTakesWork?.();
      throw engineErrors.create('ENGINE_STOPPING');
    }
    void this.#drive(run);
    return { executionId: id, duplicate: false };
  }

  #hold(run: HeldRun): void {
    run.slot = this.#runs.add(run);
    this.#lazyFlusher.start();
  }

  async #drive(run: HeldRun): Promise<RunEnd> {
    this.#answers.passOnResponse(run);
    const end = await run.drive();
    this.#release(run, end);
    return end;
  }

  /** The run has ended: its place is free. */
  #release(run: HeldRun, end: RunEnd): void {
    const { id, parentId } = run.execution;
    this.#runs.remove(run.slot);
    this.#answers.passOnEnd(run, end);
    if (end.kind === 'parked' && end.requeued) this.#deps.dispatcher.enqueue([id]);
    if (end.kind === 'finished' && parentId) {
      const parent = this.#runs.find(parentId);
      if (parent) parent.notify();
      else this.#deps.dispatcher.enqueue([parentId]);
    }
    if (this.#runs.size === 0) this.#idle?.();
    this.#line.noteFree();
    this.onFree();
  }
}

/** Whether a project holds all that it may: more of it may be left. */
function isAtBound(bound: ProjectBound | undefined, claimed: readonly ClaimedExecution[]): boolean {
  if (!bound) return false;
  const held = new Map(bound.held);
  for (const { projectId } of claimed) held.set(projectId, (held.get(projectId) ?? 0) + 1);
  return [...held.values()].some((places) => places >= bound.most);
}

function isQueued(result: WriteResult | undefined): boolean {
  return result?.outcome === 'written' && (result.state === undefined || result.state === 'held');
}
