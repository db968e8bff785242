/**
 * Takes up executions that the store has given to this worker: reads how far they came, and makes their runs.
 *
 * U1. A claimed execution gets a run, or a write that ends the ownership (UnrunClaims). Where neither is possible it is
 *     left alone: whoever looks after executions without a run queues it again.
 * U2. The death of a former worker is on record before anything can cause the next one.
 * U3. A claim is worth nothing when the worker that made it lost its lease since: the execution is another's, or claimed
 *     anew by this process under its new name.
 */
import type { JournalChunk, JournalRecord } from '@navette/contracts';
import { findPlan, planGraph } from '../compensation/compile-compensation.ts';
import { readPlan } from '../compensation/queue-compensation.ts';
import type { RunDeps } from '../deps.ts';
import { engineErrors } from '../errors.ts';
import type { CompileCache } from '../graph/compile-cache.ts';
import { toLogFields } from '../log-fields.ts';
import { pickExecution } from '../pick-execution.ts';
import type { ClaimedExecution, NewExecution, VersionRecord } from '../ports.ts';
import { countDeaths, type DeathCount } from '../recovery/death-count.ts';
import { describePoison, Suspects, type Verdict } from '../recovery/suspects.ts';
import type { RefusedVersions } from '../refused-versions.ts';
import { ExecutionRun } from '../run/execution-run.ts';
import type { RunTable } from '../run/run-table.ts';
import { ExecutionState } from '../state/execution-state.ts';
import { UnrunClaims } from './unrun-claims.ts';

export interface TakeUpOptions {
  deps: RunDeps;
  compiled: CompileCache;
  refused: RefusedVersions;
  runs: RunTable;
  readWorkerId(): string;
  /** The engine has the run from now on. */
  hold(run: ExecutionRun): void;
  drive(run: ExecutionRun): Promise<unknown>;
}

export class TakeUp {
  readonly #options: TakeUpOptions;
  readonly #suspects: Suspects;
  readonly #unrun: UnrunClaims;

  constructor(options: TakeUpOptions) {
    this.#options = options;
    this.#suspects = new Suspects(options.deps.clock);
    this.#unrun = new UnrunClaims(options.deps, options.readWorkerId);
  }

  /** `workerId`: to whom they were given. */
  async resumeAll(claimed: readonly ClaimedExecution[], workerId: string): Promise<void> {
    if (this.#isOver(workerId)) return;
    const journals = claimed.length > 1 ? await this.#readTogether(claimed) : undefined;
    await Promise.all(
      claimed.map((execution) => this.#resume(execution, workerId, journals?.get(execution.id))),
    );
  }

  /** See U3. */
  #isOver(workerId: string): boolean {
    return this.#options.readWorkerId() !== workerId;
  }

  /** What is missing is read alone, and says for itself why it cannot be read: it stands in nobody's way. */
  async #readTogether(
    claimed: readonly ClaimedExecution[],
  ): Promise<ReadonlyMap<string, JournalChunk[]> | undefined> {
    try {
      return await this.#options.deps.store.readJournals(claimed.map((execution) => execution.id));
    } catch {
      return undefined;
    }
  }

  async #resume(
    claimed: ClaimedExecution,
    workerId: string,
    journal: JournalChunk[] | undefined,
  ): Promise<void> {
    const { compiled, deps, refused, runs } = this.#options;
    if (runs.find(claimed.id)) return;
    const { clock, logger } = deps;
    let version: VersionRecord | undefined;
    let chunks: JournalChunk[];
    let deaths: DeathCount;
    let verdict: Verdict;
    let plan: JournalRecord[] | undefined;
    try {
      version = await deps.versions.read(claimed.projectId, claimed.versionId);
      const missing = version && refused.refuse(version);
      if (missing) return await this.#unrun.giveBack(claimed, missing);
      chunks = journal ?? (await deps.store.readJournal(claimed.id));
      const uncallable = version && refused.refuse(version, chunks);
      if (uncallable) return await this.#unrun.giveBack(claimed, uncallable);
      deaths = countDeaths(
        chunks.flatMap((chunk) => chunk.records),
        claimed.recoveredFrom,
      );
      verdict = claimed.cancelRequested ? 'run' : this.#suspects.judge(deaths);
      if (verdict === 'put-off') return await this.#unrun.putOff(claimed, chunks, deaths);
      if (version && claimed.mode === 'compensation' && !findPlan(chunks)) {
        plan = await readPlan(deps.store, claimed, compiled.get(version), clock.now());
      }
    } catch (thrown) {
      // The store's trouble, not the execution's.
      logger.warn({ err: thrown, ...toLogFields(claimed) }, 'An execution could not be read');
      return;
    }
    try {
      if (!version) throw new Error(`Version ${claimed.versionId} does not exist`);
      if (this.#isOver(workerId) || runs.find(claimed.id)) return;
      await this.#start(claimed, { version, chunks, deaths, verdict, plan });
    } catch (thrown) {
      logger.error({ err: thrown, ...toLogFields(claimed) }, 'An execution could not be taken up');
      await this.#unrun.fail(claimed, thrown);
    }
  }

  async #start(
    claimed: ClaimedExecution,
    known: {
      version: VersionRecord;
      chunks: readonly JournalChunk[];
      deaths: DeathCount;
      verdict: Verdict;
      plan: readonly JournalRecord[] | undefined;
    },
  ): Promise<void> {
    const { compiled, deps, drive, hold, readWorkerId } = this.#options;
    const { chunks, deaths, plan, verdict, version } = known;
    const planned = plan ? [...chunks, { seq: 0, records: [...plan] }] : chunks;
    const workflow = planGraph(compiled.get(version), claimed.triggerNodeId, planned);
    const state = new ExecutionState(workflow, claimed.triggerNodeId);
    for (const chunk of chunks) for (const record of chunk.records) state.apply(record);
    const worker = readWorkerId();
    const run = new ExecutionRun({
      deps,
      execution: withDeadline(pickExecution(claimed), workflow.version),
      state,
      workerId: worker,
      fence: claimed.fence,
      seq: chunks.at(-1)?.seq ?? 0,
      created: true,
    });
    hold(run);
    const about = { at: deps.clock.now(), fence: claimed.fence, worker };
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
    // See U2. A loss shows again in the drive.
    if (claimed.recoveredFrom !== null) await run.flush().catch(() => {});
    void drive(run);
  }
}

/** Whoever queued it may not have known the workflow's time limit (a schedule). */
function withDeadline(execution: NewExecution, version: VersionRecord): NewExecution {
  const { timeoutMs } = version.definition.settings;
  if (execution.deadlineAt !== null || timeoutMs === undefined) return execution;
  return { ...execution, deadlineAt: execution.createdAt + timeoutMs };
}
