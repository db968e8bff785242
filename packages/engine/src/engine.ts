/**
 * The engine of one worker: starts executions, takes queued ones, and holds those that run here.
 *
 * Owns: the runs in this process, compiled workflows. Every other truth is in the store.
 *
 * E1. `start` and `startAndAwait` return only what is committed.
 * E2. An execution is in `#runs` exactly while this worker owns it (or is about to create it).
 */
import {
  type ExecutionMode,
  type Item,
  isTerminal,
  type JournalChunk,
  type JournalRecord,
  type Priority,
} from '@navette/contracts';
import { applyLimits } from './admission/apply-limits.ts';
import { Overtaking } from './admission/overtaking.ts';
import { hasLimits } from './admission/plan-limits.ts';
import { StartLine } from './admission/start-line.ts';
import type { Awaited, Started } from './awaited.ts';
import { findPlan, planGraph } from './compensation/compile-compensation.ts';
import { readPlan } from './compensation/queue-compensation.ts';
import type { EngineDeps, RunDeps } from './deps.ts';
import { engineErrors } from './errors.ts';
import { acceptItems } from './graph/compile.ts';
import { CompileCache } from './graph/compile-cache.ts';
import { toLogFields } from './log-fields.ts';
import { pickExecution } from './pick-execution.ts';
import type { ClaimedExecution, NewExecution, VersionRecord, WriteResult } from './ports.ts';
import { Post } from './post.ts';
import { countDeaths, type DeathCount } from './recovery/death-count.ts';
import { describePoison, putOffMs, Suspects, type Verdict } from './recovery/suspects.ts';
import { RefusedVersions } from './refused-versions.ts';
import { type ForkRequest, prepareFork } from './replay/fork.ts';
import { prepareRerun, type RerunRequest } from './replay/rerun.ts';
import { prepareRetry } from './replay/retry.ts';
import { ExecutionRun, type RunEnd } from './run/execution-run.ts';
import { LazyFlusher } from './run/lazy-flusher.ts';
import { RunTable } from './run/run-table.ts';
import { Waiters } from './run/waiters.ts';
import { ExecutionState } from './state/execution-state.ts';

export interface StartRequest {
  projectId: string;
  version: VersionRecord;
  triggerNodeId: string;
  /** What the trigger gives; one empty item when left out or empty. */
  items: readonly Item[];
  mode: ExecutionMode;
  idempotencyKey?: string | undefined;
  /** The W3C `traceparent` of whoever asks. */
  trace?: string | undefined;
  /** That of the workflow when left out. */
  priority?: Priority | undefined;
}

interface AwaitOptions {
  until: 'response' | 'finished';
  signal?: AbortSignal;
}

export interface EngineOptions {
  deps: EngineDeps;
  /** Executions at work at once in this process. */
  maxActive: number;
  /** After how long records that nobody depends on are written; 50 ms when left out. */
  lazyFlushMs?: number;
}

export class Engine {
  /** Sends messages into executions. */
  readonly post: Post;
  readonly #deps: RunDeps;
  readonly #maxActive: number;
  readonly #compiled: CompileCache;
  readonly #lazyFlusher: LazyFlusher;
  readonly #runs = new RunTable();
  readonly #waiters = new Waiters();
  readonly #suspects: Suspects;
  readonly #refused: RefusedVersions;
  readonly #overtaking: Overtaking;
  readonly #line: StartLine<ExecutionRun>;
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
    this.#suspects = new Suspects(options.deps.clock);
    this.#maxActive = options.maxActive;
    this.#workerId = workerId;
    this.#lazyFlusher = new LazyFlusher(options.deps.clock, this.#runs, options.lazyFlushMs);
    this.#compiled = new CompileCache(options.deps.nodeTypes);
    this.#refused = new RefusedVersions(options.deps.nodeTypes);
    this.#overtaking = new Overtaking(options.maxActive);
    this.#line = new StartLine({
      clock: options.deps.clock,
      maxActive: options.maxActive,
      readFree: () => this.free,
      mayTake: (projectId) => !this.#isOvertaking(projectId),
    });
  }

  get active(): number {
    return this.#runs.size;
  }
  get free(): number {
    return this.#draining ? 0 : Math.max(0, this.#maxActive - this.#runs.size);
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

  /** Starts an execution; durable when it resolves, at work here or queued. */
  async start(request: StartRequest): Promise<Started> {
    const { execution, records } = this.#prepare(request);
    const run = await this.#openRun(request, execution, records);
    return run ? this.#startDurably(run) : this.#enqueue(execution, records, request.version);
  }

  /**
   * Starts an execution and waits for its answer (`until: response`) or its end. A short run of pure steps costs one
   * commit in all. Rejects with the signal's reason when the caller gives up; the execution goes on.
   */
  async startAndAwait(request: StartRequest, options: AwaitOptions): Promise<Awaited> {
    const { execution, records } = this.#prepare(request);
    const run = await this.#openRun(request, execution, records);
    if (!run) {
      const started = await this.#enqueue(execution, records, request.version);
      if (started.gathered) return { ...started, status: 'waiting' };
      return this.#await(started.executionId, { ...options, duplicate: started.duplicate });
    }
    if (request.idempotencyKey !== undefined) {
      const { executionId, duplicate } = await this.#startDurably(run);
      return this.#await(executionId, { ...options, duplicate });
    }
    return this.#awaitRun(run, this.#drive(run), options);
  }

  /** The end of an execution that has ended or will end in this process. */
  awaitFinished(executionId: string, signal?: AbortSignal): Promise<Awaited> {
    return this.#await(executionId, { until: 'finished', duplicate: false, ...(signal ? { signal } : {}) });
  }

  /** Takes queued executions from the store and runs them here. Resolves with how many it took. */
  async claim(ids?: readonly string[]): Promise<number> {
    const limit = this.free;
    if (limit === 0) return 0;
    const options = { workerId: this.#workerId, limit, ...(ids ? { ids } : {}), ...this.#refused.toClaim() };
    this.#claims += 1;
    try {
      const claimed = await this.#deps.store.claim(options);
      if (!ids) this.#overtaking.note(limit, claimed.length);
      for (const { projectId } of claimed) this.#deps.queueBounds?.noteTaken(projectId);
      await Promise.all(claimed.map((execution) => this.#resume(execution)));
      return claimed.length;
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
    return this.#waiters.ids().filter((id) => !this.#runs.find(id));
  }

  /** Another process may have committed something of these: answers those here who wait for them. */
  async lookAgain(executionIds: readonly string[]): Promise<void> {
    for (const id of executionIds) {
      const waiter = this.#waiters.find(id);
      if (!waiter || this.#runs.find(id)) continue;
      const known = await this.#readTwin(id);
      if (known.response) waiter.response.resolve(known);
      if (isTerminal(known.status)) waiter.end.resolve(known);
    }
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
    const { version } = request;
    const priority = request.priority ?? version.definition.settings.priority;
    const { id, deadlineAt } = this.#newTimes(version);
    const now = this.#deps.clock.now();
    const workflow = this.#compiled.get(version);
    const trigger = workflow.nodes[workflow.indexById.get(request.triggerNodeId) ?? -1];
    if (trigger?.definition.kind !== 'trigger') throw engineErrors.create('WORKFLOW_NO_TRIGGER');
    const main = acceptItems(trigger, request.items);
    return {
      execution: {
        id,
        projectId: request.projectId,
        workflowId: version.workflowId,
        versionId: version.versionId,
        mode: request.mode,
        triggerNodeId: request.triggerNodeId,
        createdAt: now,
        deadlineAt,
        idempotencyKey: request.idempotencyKey ?? null,
        retryOf: null,
        rootId: id,
        parentId: null,
        parentPath: null,
        depth: 0,
        ...(priority && priority !== 'normal' ? { priority } : {}),
      },
      records: [
        {
          type: 'step-completed',
          at: now,
          path: request.triggerNodeId,
          startedAt: now,
          attempts: 1,
          outputs: { main },
          ...(request.trace === undefined ? {} : { trace: request.trace }),
        },
      ],
    };
  }

  #newTimes(version: VersionRecord): { id: string; deadlineAt: number | null } {
    const { timeoutMs } = version.definition.settings;
    return {
      id: this.#deps.uuid(),
      deadlineAt: timeoutMs === undefined ? null : this.#deps.clock.now() + timeoutMs,
    };
  }

  /** The run of a start that has a place here, now or in a moment; nothing when it has to go through the queue. */
  #openRun(
    request: StartRequest,
    execution: NewExecution,
    records: readonly JournalRecord[],
  ): ExecutionRun | Promise<ExecutionRun | undefined> | undefined {
    const { mode, projectId, version } = request;
    if (hasLimits(version.definition.settings, mode)) return undefined;
    const open = () => this.#createRun(request, execution, records);
    if (this.free > 0) {
      this.#line.noteFree();
      if (this.#line.length === 0 && !this.#isOvertaking(projectId)) return open();
    }
    return this.#line.moves ? this.#waitInLine(projectId, open) : undefined;
  }

  async #waitInLine(projectId: string, open: () => ExecutionRun): Promise<ExecutionRun | undefined> {
    const run = await this.#line.join(projectId, open);
    if (!run && this.#draining) throw engineErrors.create('ENGINE_STOPPING');
    return run;
  }

  /** Whether a start of the project would take a place that is due to those who wait in the queue. */
  #isOvertaking(projectId: string): boolean {
    return this.#overtaking.mustQueue(projectId, () =>
      this.#runs.list().map((run) => run.execution.projectId),
    );
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
    if (state === undefined) dispatcher.enqueue([executionId]);
    return { executionId, duplicate: false };
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

  async #resume(claimed: ClaimedExecution): Promise<void> {
    if (this.#runs.find(claimed.id)) return;
    const { clock, logger } = this.#deps;
    let version: VersionRecord | undefined;
    let chunks: JournalChunk[];
    let deaths: DeathCount;
    let verdict: Verdict;
    let plan: JournalRecord[] | undefined;
    try {
      version = await this.#deps.versions.read(claimed.projectId, claimed.versionId);
      const missing = version && this.#refused.refuse(version);
      if (missing) return await this.#giveBack(claimed, missing);
      chunks = await this.#deps.store.readJournal(claimed.id);
      deaths = countDeaths(
        chunks.flatMap((chunk) => chunk.records),
        claimed.recoveredFrom,
      );
      verdict = claimed.cancelRequested ? 'run' : this.#suspects.judge(deaths);
      if (verdict === 'put-off') return await this.#putOff(claimed, chunks, deaths);
      if (version && claimed.mode === 'compensation' && !findPlan(chunks)) {
        plan = await readPlan(this.#deps.store, claimed, this.#compiled.get(version), clock.now());
      }
    } catch (thrown) {
      // The store's trouble, not the execution's: whoever looks after executions without a run queues it again.
      logger.warn({ err: thrown, ...toLogFields(claimed) }, 'An execution could not be read');
      return;
    }
    try {
      if (!version) throw new Error(`Version ${claimed.versionId} does not exist`);
      const planned = plan ? [...chunks, { seq: 0, records: plan }] : chunks;
      const workflow = planGraph(this.#compiled.get(version), claimed.triggerNodeId, planned);
      const state = new ExecutionState(workflow, claimed.triggerNodeId);
      for (const chunk of chunks) for (const record of chunk.records) state.apply(record);
      const run = new ExecutionRun({
        deps: this.#deps,
        execution: withDeadline(pickExecution(claimed), workflow.version),
        state,
        workerId: this.#workerId,
        fence: claimed.fence,
        seq: chunks.at(-1)?.seq ?? 0,
        created: true,
      });
      this.#hold(run);
      const about = { at: clock.now(), fence: claimed.fence, worker: this.#workerId };
      run.append(
        claimed.recoveredFrom === null
          ? { type: 'execution-started', ...about }
          : { type: 'execution-recovered', ...about, from: claimed.recoveredFrom },
      );
      for (const record of plan ?? []) run.append(record);
      if (plan) run.journal.markDirty();
      if (claimed.cancelRequested) run.cancel();
      if (claimed.mode === 'compensation' && !findPlan(planned)) {
        run.fail(engineErrors.create('EXECUTION_DATA_GONE').toRecord());
      }
      if (verdict === 'end') run.fail(describePoison(state, deaths));
      if (verdict === 'run-alone') this.#suspects.watch(run);
      // The death is on record before anything can cause the next one. A loss shows again in the drive.
      if (claimed.recoveredFrom !== null) await run.flush().catch(() => {});
      void this.#drive(run);
    } catch (thrown) {
      logger.error({ err: thrown, ...toLogFields(claimed) }, 'An execution could not be taken up');
      await this.#failClaimed(claimed, thrown);
    }
  }

  /** This worker lacks what the version needs; another one may have it. */
  async #giveBack(claimed: ClaimedExecution, missing: string): Promise<void> {
    const { id: executionId, fence, projectId, workflowId } = claimed;
    const reason = `Waits for a worker that has ${missing}`;
    this.#deps.logger.warn(
      { ...toLogFields(claimed), versionId: claimed.versionId, missing },
      'A version is left to other workers',
    );
    await this.#deps.store.write({
      ...{ executionId, projectId, workflowId, execution: claimed, workerId: this.#workerId, fence },
      seq: 0,
      records: [],
      handover: { kind: 'release', reason },
    });
    this.#deps.dispatcher.enqueue([executionId]);
  }

  /** Another suspect is at work here: this one asks again soon. */
  async #putOff(
    claimed: ClaimedExecution,
    chunks: readonly JournalChunk[],
    deaths: DeathCount,
  ): Promise<void> {
    const { id: executionId, fence, projectId, workflowId, recoveredFrom: from } = claimed;
    const at = this.#deps.clock.now();
    const seq = chunks.at(-1)?.seq ?? 0;
    const worker = this.#workerId;
    await this.#deps.store.write({
      ...{ executionId, projectId, workflowId, execution: claimed, workerId: worker, fence },
      seq: from === null ? seq : seq + 1,
      records: from === null ? [] : [{ type: 'execution-recovered', at, fence, worker, from }],
      handover: {
        kind: 'wait',
        wakeAt: at + putOffMs,
        reason: `Its worker stopped ${deaths.inRow} times in a row; waits until others like it have had their turn`,
        why: { code: 'suspect', params: { deaths: deaths.inRow } },
      },
    });
  }

  /** A version that this worker cannot compile or read: end the execution with the reason instead of trying for ever. */
  async #failClaimed(claimed: ClaimedExecution, thrown: unknown): Promise<void> {
    const { clock, logger, store } = this.#deps;
    const error = engineErrors
      .create('WORKFLOW_INVALID', { message: thrown instanceof Error ? thrown.message : String(thrown) })
      .toRecord();
    const at = clock.now();
    try {
      const chunks = await store.readJournal(claimed.id);
      await store.write({
        executionId: claimed.id,
        projectId: claimed.projectId,
        workflowId: claimed.workflowId,
        execution: claimed,
        workerId: this.#workerId,
        fence: claimed.fence,
        seq: (chunks.at(-1)?.seq ?? 0) + 1,
        records: [{ type: 'execution-finished', at, status: 'failed', error }],
        handover: { kind: 'finish', status: 'failed', at, error },
        ...(claimed.parentId ? { wakeParent: claimed.parentId } : {}),
      });
    } catch (again) {
      logger.error({ err: again, ...toLogFields(claimed) }, 'Its end could not be written');
    }
  }

  #hold(run: ExecutionRun): void {
    run.slot = this.#runs.add(run);
    this.#lazyFlusher.start();
  }

  async #drive(run: ExecutionRun): Promise<RunEnd> {
    const { id, parentId } = run.execution;
    this.#passOnResponse(run);
    const end = await run.drive();
    this.#runs.remove(run.slot);
    if (end.kind === 'finished') this.#waiters.find(id)?.end.resolve(describeEnd(run, end));
    if (end.kind === 'parked' && end.requeued) this.#deps.dispatcher.enqueue([id]);
    if (end.kind === 'finished' && parentId) {
      const parent = this.#runs.find(parentId);
      if (parent) parent.notify();
      else this.#deps.dispatcher.enqueue([parentId]);
    }
    if (this.#runs.size === 0) this.#idle?.();
    this.#line.noteFree();
    this.onFree();
    return end;
  }

  /** The usual case: the run that was just started here gives the answer. */
  async #awaitRun(run: ExecutionRun, ended: Promise<RunEnd>, options: AwaitOptions): Promise<Awaited> {
    const { id } = run.execution;
    if (options.until === 'response') {
      const response = await abortable(run.responded, options.signal);
      if (response) return { executionId: id, duplicate: false, status: 'running', response };
    }
    const end = await abortable(ended, options.signal);
    if (end.kind === 'finished') return describeEnd(run, end);
    if (end.kind === 'duplicate') return this.#await(end.executionId, { ...options, duplicate: true });
    if (end.kind === 'lost') await this.#assertExists(id);
    return this.#await(id, { ...options, duplicate: false });
  }

  /** The run of an execution was lost: another worker goes on with it, if it came to be at all. */
  async #assertExists(id: string): Promise<void> {
    this.#deps.assertTakesWork?.();
    if (!(await this.#deps.store.readOutcome(id))) throw engineErrors.create('ENGINE_STOPPING');
  }

  /** An execution that is queued, parked or somebody else's request: any later run of it here may give the answer. */
  async #await(id: string, options: AwaitOptions & { duplicate: boolean }): Promise<Awaited> {
    const { until, signal, duplicate } = options;
    // Listening comes first: the answer may come between the look at the store and the wait.
    const waiter = this.#waiters.open(id);
    try {
      const run = this.#runs.find(id);
      if (run) this.#passOnResponse(run);
      const known = await this.#readTwin(id);
      if (isTerminal(known.status) || (until === 'response' && known.response))
        return { ...known, duplicate };
      const answer =
        until === 'response'
          ? Promise.race([waiter.response.promise, waiter.end.promise])
          : waiter.end.promise;
      return { ...(await abortable(answer, signal)), duplicate };
    } finally {
      this.#waiters.close(id);
    }
  }

  #passOnResponse(run: ExecutionRun): void {
    const { id } = run.execution;
    const waiter = this.#waiters.find(id);
    if (!waiter) return;
    void run.responded.then((response) => {
      if (response)
        waiter.response.resolve({ executionId: id, duplicate: false, status: 'running', response });
    });
  }

  /** The answer that the execution with the same idempotency key gave, as far as it is known. */
  async #readTwin(id: string): Promise<Awaited> {
    const outcome = await this.#deps.store.readOutcome(id);
    if (!outcome) throw engineErrors.create('EXECUTION_NOT_FOUND');
    const twin: Awaited = { executionId: id, duplicate: true, status: outcome.status };
    if (outcome.error) twin.error = outcome.error;
    const version = await this.#deps.versions.read(outcome.projectId, outcome.versionId);
    if (!version) return twin;
    const chunks = await this.#deps.store.readJournal(id);
    const workflow = planGraph(this.#compiled.get(version), outcome.triggerNodeId, chunks);
    const state = new ExecutionState(workflow, outcome.triggerNodeId);
    for (const chunk of chunks) {
      for (const record of chunk.records) {
        state.apply(record);
        if (record.type === 'step-completed') twin.response ??= record.response;
      }
    }
    if (isTerminal(outcome.status)) twin.items = state.result();
    return twin;
  }
}

function isQueued(result: WriteResult | undefined): boolean {
  return result?.outcome === 'written' && (result.state === undefined || result.state === 'held');
}

function describeEnd(run: ExecutionRun, end: Extract<RunEnd, { kind: 'finished' }>): Awaited {
  const { status, error } = end;
  const { response } = run;
  const common = {
    executionId: run.execution.id,
    duplicate: false,
    status,
    ...(response ? { response } : {}),
  };
  return status === 'succeeded' ? { ...common, items: run.result() } : { ...common, error };
}

/** Whoever queued it may not have known the workflow's time limit (a schedule). */
function withDeadline(execution: NewExecution, version: VersionRecord): NewExecution {
  const { timeoutMs } = version.definition.settings;
  if (execution.deadlineAt !== null || timeoutMs === undefined) return execution;
  return { ...execution, deadlineAt: execution.createdAt + timeoutMs };
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
