/**
 * One execution in the hands of this worker: drives its state from ready steps to the next, until it ends, waits, or is
 * taken away.
 *
 * Owns: the steps at work, the reasons to stop. The state is changed only by applying records (see ExecutionState); what
 * reaches the store and when is the journal's business (see RunJournal), waits are described in waits.ts.
 *
 * R1. A record is applied when it is appended and durable when a later flush resolves.
 * R2. An effect starts only when every result that came before it is durable (`flushBeforeEffect`), those of pure steps
 *     included: computed again they could differ (the time, chance), and one key must not carry two requests. Its own
 *     result is on its way to the store before anything else waits for it.
 * R3. A write that comes back fenced ends the run without another word.
 * R4. The run ends exactly once: finished, parked, released or lost.
 */
import {
  type FollowUp,
  type Item,
  type JournalRecord,
  queuedCauses,
  type WebhookResponse,
} from '@navette/contracts';
import { type ErrorRecord, toNavetteError } from '@navette/kit';
import { describeIncomplete } from '../compensation/describe-incomplete.ts';
import type { RunDeps } from '../deps.ts';
import { engineErrors } from '../errors.ts';
import { prepareFollowUpsPatiently } from '../follow-ups.ts';
import { toLogFields } from '../log-fields.ts';
import type { NewExecution } from '../ports.ts';
import type { ExecutionState } from '../state/execution-state.ts';
import { isCall } from '../state/program-calls.ts';
import { isDone, type StepState } from '../state/step-state.ts';
import { describeWaits } from './describe-waits.ts';
import { Inbox } from './inbox.ts';
import type { LazilyFlushed } from './lazy-flusher.ts';
import { createOutcomeFilter } from './outcome-records.ts';
import { PassHosts } from './pass-host.ts';
import { ReadyQueue } from './ready-queue.ts';
import { RunJournal } from './run-journal.ts';
import { RunSignals } from './run-signals.ts';
import { type BegunStep, runAtOnce, runStep } from './run-step.ts';
import { completeStep, type SettleHost, settleStep } from './settle-step.ts';
import { RunStopped } from './step-host.ts';
import type { KnownJson } from './step-output.ts';
import { leaveWaits, nextWakeAt, readWait } from './waits.ts';

/** A wait that ends sooner than this is sat out in memory; it is in the journal all the same. */
const holdWaitMs = 2_000;
/** How long steps may take to notice that they were stopped. */
const stopGraceMs = 500;
/** Nothing more is started while that many records wait to be written: loops would pile them up. */
const maxUnwritten = 500;
/** Known values are forgotten beyond this: loops would pile them up. */
const maxKnownJson = 20_000;

export type RunEnd =
  | { kind: 'finished'; status: 'succeeded' | 'failed' | 'cancelled'; error: ErrorRecord | undefined }
  | { kind: 'parked'; requeued: boolean }
  | { kind: 'released' }
  | { kind: 'duplicate'; executionId: string }
  | { kind: 'lost' };

type StopReason = 'cancelled' | 'timed-out' | 'failed';

export class ExecutionRun implements SettleHost, LazilyFlushed {
  readonly deps: RunDeps;
  readonly execution: NewExecution;
  readonly state: ExecutionState;
  readonly workerId: string;
  readonly knownJson: KnownJson = new Map();
  readonly journal: RunJournal;
  /** Its place in the table of runs. */
  slot = -1;
  readonly #queue: ReadyQueue;
  /** Made when a step waits for a message. */
  #inbox: Inbox | undefined;
  readonly #active = new Set<string>();
  /** Of passes that may fail alone, and of programs, that have steps at work. */
  readonly passHosts = new PassHosts(this);
  /** Programs at work. */
  readonly #programs = new Set<{ notify(): void }>();
  readonly #signals = new RunSignals();
  #stop: { reason: StopReason; error?: ErrorRecord } | undefined;
  #draining = false;
  #lost: RunEnd | undefined;
  #wake: () => void = () => {};
  #woken = false;

  constructor(options: {
    deps: RunDeps;
    execution: NewExecution;
    state: ExecutionState;
    workerId: string;
    fence: number;
    /** Of the last chunk in the store. */
    seq: number;
    /** Whether the store knows the execution; otherwise the first write creates it. */
    created: boolean;
  }) {
    this.deps = options.deps;
    this.execution = options.execution;
    this.state = options.state;
    this.workerId = options.workerId;
    const { state } = options;
    const isOutcomeOnly = state.workflow.version.definition.settings.durability === 'none';
    const journal = isOutcomeOnly ? { ...options, keeps: createOutcomeFilter(state) } : options;
    this.journal = new RunJournal(journal, (loss) => this.#lose(loss));
    this.#queue = new ReadyQueue(options.state.workflow);
  }

  get isFull(): boolean {
    return this.state.workflow.version.definition.settings.durability === 'full';
  }

  get isCompensation(): boolean {
    return this.execution.mode === 'compensation';
  }

  get inbox(): Inbox {
    this.#inbox ??= new Inbox(this.deps.store);
    return this.#inbox;
  }
  get stopping(): boolean {
    return this.#stop !== undefined || this.#lost !== undefined;
  }
  get stopped(): boolean {
    return this.#signals.steps.aborted;
  }
  get draining(): boolean {
    return this.#draining;
  }
  get signal(): AbortSignal {
    return this.#signals.steps.signal;
  }

  /** Resolves with the answer to the caller when it is durable; with undefined when the run ends without one. */
  get responded(): Promise<WebhookResponse | undefined> {
    return this.journal.responded;
  }

  /** The answer that this run gave, once it is durable. */
  get response(): WebhookResponse | undefined {
    return this.journal.response;
  }

  /** The items that the execution gave. */
  result(): Item[] {
    return this.state.result();
  }

  /** Drives the execution. Never rejects. */
  async drive(): Promise<RunEnd> {
    this.#watchDeadline();
    this.#takeUpFailure();
    let end: RunEnd;
    try {
      end = await this.#loop();
    } catch (thrown) {
      end = this.#lost ?? (await this.#failUnexpectedly(thrown));
    }
    this.journal.close();
    this.#signals.over.abort();
    this.#signals.steps.abort();
    return end;
  }

  cancel(): void {
    this.#stopWith('cancelled', engineErrors.create('EXECUTION_CANCELLED').toRecord());
  }

  /** Ends it as failed, with what is at work stopped. */
  fail(error: ErrorRecord): void {
    this.#stopWith('failed', error);
  }

  /** Whether nothing more happens here: it ended, parked, or is another worker's. */
  get over(): boolean {
    return this.journal.closed || this.#lost !== undefined;
  }

  /** See recovery/suspects.ts. */
  clear(): void {
    this.append({ type: 'execution-cleared', at: this.deps.clock.now() });
    this.flush().catch(() => {});
  }

  /** Starts nothing more; gives the execution back when what is at work has ended. */
  drain(): void {
    this.#draining = true;
    this.#signals.drain.abort();
    for (const program of this.#programs) program.notify();
    this.#notify();
  }

  /** The worker lost its lease: stop at once, write nothing. */
  abandon(): void {
    this.journal.abandon();
    this.#lose({ kind: 'lost' });
  }

  #lose(end: RunEnd): void {
    this.#lost ??= end;
    this.#signals.steps.abort();
    this.#notify();
  }

  /** Something outside has changed (a child ended): look again. */
  notify(): void {
    this.#inbox?.forget();
    this.#notify();
  }

  append(record: JournalRecord): void {
    if (this.journal.closed) return;
    this.state.apply(record);
    this.journal.push(record);
    // A step is ready that no other one has made ready.
    if (record.type === 'call-made') this.#notify();
  }

  enterProgram(program: { notify(): void }): void {
    this.#programs.add(program);
    // In sequential order its calls may begin now.
    this.#notify();
  }

  leaveProgram(program: { notify(): void }): void {
    this.#programs.delete(program);
  }

  flush(): Promise<void> {
    return this.journal.flush();
  }

  flushBeforeEffect(): Promise<void> {
    return this.journal.flushBeforeEffect();
  }

  flushOlderThan(time: number): void {
    this.journal.flushOlderThan(time);
  }

  async sleep(ms: number, signal = this.signal): Promise<void> {
    await this.deps.clock.sleep(ms, AbortSignal.any([signal, this.#signals.drain.signal]));
  }

  async #loop(): Promise<RunEnd> {
    for (;;) {
      if (this.#lost) return this.#lost;
      this.#checkDeadline();
      if (this.#stop) return await this.#end();
      if (!this.#draining) {
        const waits = this.state.waiting();
        if (waits.length > 0) {
          await this.#settleWaits(waits);
          if (this.#stop || this.#lost) continue;
        }
        if (this.isFull) await this.flushBeforeEffect();
      }
      this.#collectReady();
      if (this.journal.size > maxUnwritten) {
        await this.flush();
        continue;
      }
      if (this.knownJson.size > maxKnownJson) this.knownJson.clear();
      if (!this.#draining && this.#startReady()) continue;
      if (this.#active.size === 0 && (this.#draining || this.#queue.isEmpty)) {
        const end = await this.#rest();
        if (end) return end;
        continue;
      }
      if (this.journal.isUrgent) this.flush().catch(() => {});
      await this.#untilNotified();
    }
  }

  /** Nothing is at work: finish, park, give back, or sit out a short wait (undefined). */
  async #rest(): Promise<RunEnd | undefined> {
    // A step may have failed while the loop waited for the store.
    if (this.#stop || this.#lost) return undefined;
    if (this.state.isSettled) {
      const error = this.isCompensation ? describeIncomplete(this.state) : undefined;
      return this.#finish(error ? 'failed' : 'succeeded', error);
    }
    const waits = this.state.waiting();
    if (this.#draining) {
      await this.journal.handOver({ kind: 'release', reason: queuedCauses['handed-over'] });
      return { kind: 'released' };
    }
    if (waits.length === 0) throw new Error('Steps are left, but none is at work, waits or can begin');
    const wakeAt = nextWakeAt(waits);
    const now = this.deps.clock.now();
    if (wakeAt !== undefined && wakeAt - now <= holdWaitMs) {
      if (!this.journal.isEmpty) await this.flush();
      const over = AbortSignal.any([this.#signals.over.signal, this.signal, this.#signals.drain.signal]);
      this.deps.clock.sleep(Math.max(0, wakeAt - now), over).then(
        () => this.#notify(),
        () => this.#notify(),
      );
      await this.#untilNotified();
      return undefined;
    }
    return this.#park(waits);
  }

  async #park(waits: readonly StepState[]): Promise<RunEnd> {
    const { deadlineAt } = this.execution;
    const { record, wakeAt, reason, why } = describeWaits(waits, {
      now: this.deps.clock.now(),
      deadlineAt,
    });
    this.append(record);
    const result = await this.journal.handOver({ kind: 'wait', wakeAt, reason, why });
    return { kind: 'parked', requeued: result.outcome === 'written' && result.requeued === true };
  }

  #collectReady(): void {
    this.#queue.push(this.state.takeReady());
    this.#appendFollowing();
  }

  /** What follows from the records before, for those who read them. */
  #appendFollowing(): void {
    for (const path of this.state.takeSkipped()) {
      this.append({ type: 'step-skipped', at: this.deps.clock.now(), path });
    }
    for (const { owner, pass, error } of this.state.takeEndedPasses()) {
      const common = { at: this.deps.clock.now(), path: owner.path, item: pass, attempts: 1 };
      if (error) this.append({ type: 'item-failed', ...common, error });
      else this.append({ type: 'item-completed', ...common, outputs: {} });
    }
  }

  /** Whether steps have ended on the spot: what they made ready is not in the queue yet. */
  #startReady(): boolean {
    let ended = false;
    // A program does not hold up its calls.
    const take = () => this.#queue.take(this.#active.size - this.#programs.size);
    for (let step = take(); step; step = take()) {
      // A program may have been made ready more than once before it began. A loop node that is ready while it is still
      // leaving must not be passed over: nobody would call it again.
      if (isProgram(step) && (this.#active.has(step.path) || isDone(step))) continue;
      const at = step.startedAt ?? this.deps.clock.now();
      const made = this.#mayRunAtOnce(step) ? runAtOnce(this, step) : undefined;
      if (made && 'kind' in made) {
        completeStep(this, step, at, made);
        if (this.#queue.isSequential) return true;
        ended = true;
        continue;
      }
      this.#active.add(step.path);
      void this.#runOne(step, made);
    }
    return ended;
  }

  /** Nobody else has to do with the step: no replay, no program, no pass that may fail alone. */
  #mayRunAtOnce(step: StepState): boolean {
    if (this.deps.interceptStep || step.calls) return false;
    return !step.scope.owner || !(isCall(step) || this.state.findFailingPass(step));
  }

  async #runOne(step: StepState, begun: BegunStep | undefined): Promise<void> {
    const startedAt = step.startedAt ?? this.deps.clock.now();
    const pass = step.scope.owner && this.state.findFailingPass(step);
    const around = pass ? this.passHosts.enter(pass) : this;
    const calls = isCall(step) ? step.scope : undefined;
    const host = calls ? this.passHosts.enter(calls, around) : around;
    try {
      const outcome = await (this.deps.interceptStep?.(host, step) ?? runStep(host, step, begun));
      // While the others are being stopped, what did take effect is still written down: a retry must not do it again.
      const counts = (!this.#stop && !step.scope.isOver) || outcome.kind === 'completed';
      if (counts && !this.journal.closed && !this.#lost) await settleStep(this, step, startedAt, outcome);
    } catch (thrown) {
      if (!(thrown instanceof RunStopped) && !this.journal.closed)
        this.#stopUnexpectedly(step, startedAt, thrown);
    } finally {
      if (calls) this.passHosts.leave(calls);
      if (pass) this.passHosts.leave(pass);
      this.#active.delete(step.path);
      if (step.calls?.leave() && !isDone(step)) this.state.addReady(step);
      this.#notify();
    }
  }

  /** Completes the waiting steps whose time has come or whose child has ended. */
  async #settleWaits(waits: readonly StepState[]): Promise<void> {
    for (const step of waits) {
      const outcome = await readWait(this, step);
      if (outcome) await settleStep(this, step, step.startedAt ?? this.deps.clock.now(), outcome);
    }
  }

  /** The end of a cancelled, failed or timed-out execution: what is at work is stopped first. */
  async #end(): Promise<RunEnd> {
    const { reason, error } = this.#stop!;
    this.#signals.steps.abort();
    if (this.#active.size > 0) {
      const grace = this.deps.clock.sleep(stopGraceMs, this.#signals.over.signal).catch(() => {});
      let waiting = true;
      void grace.then(() => {
        waiting = false;
        this.#notify();
      });
      while (this.#active.size > 0 && waiting && !this.#lost) await this.#untilNotified();
      if (this.#lost) return this.#lost;
    }
    return this.#finish(reason === 'cancelled' ? 'cancelled' : 'failed', error);
  }

  async #finish(
    status: 'succeeded' | 'failed' | 'cancelled',
    error: ErrorRecord | undefined,
  ): Promise<RunEnd> {
    const at = this.deps.clock.now();
    this.#appendFollowing();
    leaveWaits(this, this.state.waiting());
    const followUps = status === 'succeeded' ? [] : await this.#prepareFollowUps(status, error, at);
    this.append({
      type: 'execution-finished',
      at,
      status,
      ...(error ? { error } : {}),
      ...(followUps.length > 0 ? { followUps } : {}),
    });
    const result = await this.journal.handOver({ kind: 'finish', status, at, error: error ?? null });
    if (result.outcome === 'duplicate') return { kind: 'duplicate', executionId: result.executionId };
    return { kind: 'finished', status, error };
  }

  /** What is to start in the commit of the end. @throws RunStopped when the store stays away. */
  async #prepareFollowUps(
    status: 'failed' | 'cancelled',
    error: ErrorRecord | undefined,
    at: number,
  ): Promise<FollowUp[]> {
    const { execution, state } = this;
    const end = { execution, version: state.workflow.version, state, status, error, at };
    const followUps = await prepareFollowUpsPatiently(this.deps, end, {
      isLost: () => this.#lost !== undefined,
      signal: this.#signals.over.signal,
    });
    for (const child of followUps.children) this.journal.addChild(child);
    return followUps.notes;
  }

  #stopWith(reason: StopReason, error: ErrorRecord): void {
    if (this.#stop || this.journal.closed) return;
    this.#stop = { reason, error };
    this.#notify();
  }

  /** A step that failed has failed the execution, even if the worker died before it could write that down. */
  #takeUpFailure(): void {
    if (this.isCompensation) return;
    const failed = this.state.steps().find((step) => step.status === 'failed' && !isCall(step));
    if (failed?.error) this.#stopWith('failed', failed.error);
  }

  #stopUnexpectedly(step: StepState, startedAt: number, thrown: unknown): void {
    this.deps.logger.error(
      { stepError: thrown, ...toLogFields(this.execution, step.path) },
      'A step broke the engine',
    );
    const { node } = step;
    const error = { ...toNavetteError(thrown).toRecord(), nodeId: node.node.id, nodeName: node.node.name };
    if (!this.#stop && !this.#lost) {
      this.append({
        type: 'step-failed',
        at: this.deps.clock.now(),
        path: step.path,
        startedAt,
        attempts: 1,
        error,
      });
      this.#stopWith('failed', error);
    }
  }

  /** A defect of the engine or a store that gave up: end the execution visibly if that can still be written. */
  async #failUnexpectedly(thrown: unknown): Promise<RunEnd> {
    if (this.#lost) return this.#lost;
    this.deps.logger.error({ err: thrown, ...toLogFields(this.execution) }, 'An execution broke off');
    if (thrown instanceof RunStopped || this.journal.closed) return { kind: 'lost' };
    try {
      return await this.#finish('failed', toNavetteError(thrown).toRecord());
    } catch (again) {
      this.deps.logger.error({ err: again, ...toLogFields(this.execution) }, 'Its end could not be written');
      return { kind: 'lost' };
    }
  }

  #watchDeadline(): void {
    const { deadlineAt } = this.execution;
    if (deadlineAt === null) return;
    this.deps.clock.sleep(Math.max(0, deadlineAt - this.deps.clock.now()), this.#signals.over.signal).then(
      () => this.#checkDeadline(),
      () => {},
    );
  }

  #checkDeadline(): void {
    const { deadlineAt } = this.execution;
    if (deadlineAt === null || this.deps.clock.now() < deadlineAt) return;
    this.#stopWith('timed-out', engineErrors.create('EXECUTION_TIMEOUT').toRecord());
  }

  #notify(): void {
    this.#woken = true;
    this.#wake();
  }

  async #untilNotified(): Promise<void> {
    if (this.#woken) {
      this.#woken = false;
      return;
    }
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#woken = false;
  }
}

function isProgram({ node: { definition } }: StepState): boolean {
  return definition.kind === 'node' && definition.program !== undefined;
}
