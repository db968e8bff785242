/**
 * What callers are told who wait for an execution, whichever of its runs gives the answer: here or in another process,
 * now or after it was parked.
 *
 * Owns: who waits here. Every truth is in the store.
 */
import { isTerminal } from '@navette/contracts';
import type { Awaited } from './awaited.ts';
import { planGraph } from './compensation/compile-compensation.ts';
import type { EngineDeps } from './deps.ts';
import { engineErrors } from './errors.ts';
import type { CompileCache } from './graph/compile-cache.ts';
import type { RunEnd } from './run/execution-run.ts';
import type { HeldRun, RunTable } from './run/run-table.ts';
import { Waiters } from './run/waiters.ts';
import { ExecutionState } from './state/execution-state.ts';

export interface AwaitOptions {
  readonly until: 'response' | 'finished';
  /** May be a getter: it is not read for an answer that is one commit away. */
  readonly signal?: AbortSignal;
}

export class Answers {
  readonly #deps: Pick<EngineDeps, 'assertTakesWork' | 'store' | 'versions'>;
  readonly #compiled: CompileCache;
  readonly #runs: RunTable;
  readonly #waiters = new Waiters();

  constructor(options: {
    deps: Pick<EngineDeps, 'assertTakesWork' | 'store' | 'versions'>;
    compiled: CompileCache;
    runs: RunTable;
  }) {
    this.#deps = options.deps;
    this.#compiled = options.compiled;
    this.#runs = options.runs;
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

  /** A run that begins: its answer goes to those who wait already. */
  passOnResponse(run: HeldRun): void {
    const { id } = run.execution;
    const waiter = this.#waiters.find(id);
    if (!waiter) return;
    void run.responded.then((response) => {
      if (response)
        waiter.response.resolve({ executionId: id, duplicate: false, status: 'running', response });
    });
  }

  /** A run that ended. */
  passOnEnd(run: HeldRun, end: RunEnd): void {
    if (end.kind === 'finished') this.#waiters.find(run.execution.id)?.end.resolve(describeEnd(run, end));
  }

  /** The usual case: the run that was just started here gives the answer. */
  async awaitRun(run: HeldRun, ended: Promise<RunEnd>, options: AwaitOptions): Promise<Awaited> {
    const { id } = run.execution;
    if (options.until === 'response') {
      const response = await abortable(run.responded, options.signal);
      if (response) return { executionId: id, duplicate: false, status: 'running', response };
    }
    return this.awaitEnd(run, await abortable(ended, options.signal), options);
  }

  /** What a straight run gave, whose answer and end are one commit; undefined when it did not come to its end. */
  answerOf(run: HeldRun, end: RunEnd, { until }: AwaitOptions): Awaited | undefined {
    if (end.kind !== 'finished') return undefined;
    const { execution, response } = run;
    if (!response || until !== 'response') return describeEnd(run, end);
    return { executionId: execution.id, duplicate: false, status: end.status, response };
  }

  /** The answer to whoever waits for a run that has ended so, or was lost. */
  async awaitEnd(run: HeldRun, end: RunEnd, options: AwaitOptions): Promise<Awaited> {
    const { id } = run.execution;
    if (end.kind === 'finished') return describeEnd(run, end);
    if (end.kind === 'duplicate') return this.await(end.executionId, options, true);
    if (end.kind === 'lost') await this.#assertExists(id);
    return this.await(id, options, false);
  }

  /** An execution that is queued, parked or somebody else's request: any later run of it here may give the answer. */
  async await(id: string, { until, signal }: AwaitOptions, duplicate: boolean): Promise<Awaited> {
    // Listening comes first: the answer may come between the look at the store and the wait.
    const waiter = this.#waiters.open(id);
    try {
      const run = this.#runs.find(id);
      if (run) this.passOnResponse(run);
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

  /** The run of an execution was lost: another worker goes on with it, if it came to be at all. */
  async #assertExists(id: string): Promise<void> {
    this.#deps.assertTakesWork?.();
    if (!(await this.#deps.store.readOutcome(id))) throw engineErrors.create('ENGINE_STOPPING');
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

function describeEnd(run: HeldRun, end: Extract<RunEnd, { kind: 'finished' }>): Awaited {
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

function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(
      (value) => {
        signal.removeEventListener('abort', stop);
        resolve(value);
      },
      (error) => {
        signal.removeEventListener('abort', stop);
        reject(error);
      },
    );
  });
}
