/**
 * The state of one execution as a pure fold over its journal. Whoever owns the execution appends a record and applies
 * it; whoever recovers it applies the stored records and stands where the owner stood.
 *
 * Owns: what became of every step, which passes of loops are open, which steps are ready. Knows nothing of time or I/O.
 * The work is shared: a Scope holds the steps of the whole graph or of one pass, Passes those of one loop node.
 *
 * S1. A step is decided once: ready or skipped when its last incoming edge is settled, done when a completed, failed or
 *     skipped record was applied. A loop node is ready again each time when its passes need a decision or are over.
 * S2. An edge is settled once per scope: live when its port got at least one item, dead otherwise. A step without a live
 *     edge is skipped, and its outgoing edges are dead. Edges back to a loop node settle nothing: what they carry is read
 *     when the pass ends.
 * S3. Applying the same records in the same order gives the same state, whichever process does it. That a pass is opened
 *     or ended is no record of its own: it follows.
 * S4. A record of a step that is done, or whose scope is over, changes nothing.
 * S5. A call of a program is ready when it was made and settles no edge; its end makes the program ready again.
 */
import type { Item, JournalRecord, JournalRecordOf, PortItems } from '@navette/contracts';
import type { ErrorRecord } from '@navette/kit';
import type { CompiledWorkflow } from '../graph/compile.ts';
import { type EndedPass, Passes, type PassFrontier } from './passes.ts';
import { isCall, ProgramCalls } from './program-calls.ts';
import { Scope } from './scope.ts';
import { isDone, StepItems, type StepState } from './step-state.ts';

export type { StepState } from './step-state.ts';

const noItems: readonly Item[] = [];

export interface StateOptions {
  /** For views: whether an ended pass is kept. */
  keepsPass?(scope: Scope, passes: Passes): boolean;
}

type ChoosePass = (passes: Passes, pass: number) => Scope | undefined;

type StepRecord = Exclude<JournalRecord, { type: `execution-${string}` | 'step-skipped' | 'call-made' }>;

export class ExecutionState implements PassFrontier {
  readonly workflow: CompiledWorkflow;
  readonly triggerIndex: number;
  readonly root: Scope;
  /** Steps, items and waits that were decided so far, those of ended passes included: it only rises. */
  doneCount = 0;
  /** A step that names nodes to undo it, or an item of one, has come to its end here, perhaps in a pass that is gone. */
  hasUndoable = false;
  status:
    | { ended: false }
    | { ended: true; status: 'succeeded' | 'failed' | 'cancelled'; error: ErrorRecord | undefined };
  readonly #options: StateOptions;
  #ready: StepState[] = [];
  /** How long the list of ready steps may get before those that are done are struck off (a fold takes none). */
  #readyLimit = 256;
  readonly #skipped: StepState[] = [];
  readonly #endedPasses: EndedPass[] = [];
  readonly #waiting = new Set<StepState>();
  /** What steps get in place of what their predecessors gave, by path. */
  readonly #givenInputs = new Map<string, PortItems>();

  constructor(workflow: CompiledWorkflow, triggerNodeId: string, options: StateOptions = {}) {
    this.workflow = workflow;
    this.triggerIndex = workflow.indexById.get(triggerNodeId) ?? -1;
    this.status = { ended: false };
    this.#options = options;
    this.root = new Scope(workflow.root, this.#givenInputs);
    for (const node of workflow.root.nodes) {
      if (node.incoming.length === 0 && node.index !== this.triggerIndex) this.root.skip(node, this);
    }
  }

  /** The step at a path, while its scope is there. */
  step(path: string): StepState | undefined {
    const node = this.workflow.nodes[this.workflow.indexById.get(path) ?? -1];
    if (node) return node.region.owner ? undefined : this.root.steps[node.local];
    return this.#findStep(path, findKnownPass);
  }

  /** Every step that there is now: those of ended passes are gone. */
  steps(): StepState[] {
    const steps: StepState[] = [];
    listSteps(this.root, steps);
    return steps;
  }

  /** Whether every step is done. */
  get isSettled(): boolean {
    return this.root.undone === 0;
  }

  /** Steps that wait for a time, a child or a message. */
  waiting(): StepState[] {
    return this.#waiting.size === 0 ? [] : [...this.#waiting];
  }

  /** Steps that became ready since the last call, in the order they did. */
  takeReady(): StepState[] {
    if (this.#ready.length === 0) return [];
    const ready = this.#ready;
    this.#ready = [];
    let runnable = 0;
    for (const step of ready) {
      step.isQueued = false;
      if (isRunnable(step)) ready[runnable++] = step;
    }
    ready.length = runnable;
    return ready;
  }

  /** Paths that were skipped since the last call and have no record yet. */
  takeSkipped(): string[] {
    if (this.#skipped.length === 0) return [];
    return this.#skipped.splice(0).map((step) => step.path);
  }

  /** Passes that have ended since the last call and of which no record says so. */
  takeEndedPasses(): EndedPass[] {
    return this.#endedPasses.length === 0 ? [] : this.#endedPasses.splice(0);
  }

  apply(record: JournalRecord): void {
    switch (record.type) {
      case 'execution-started':
      case 'execution-recovered':
      case 'execution-waiting':
      case 'execution-cleared':
        return;
      case 'execution-prepared':
        for (const given of record.inputs ?? []) this.#givenInputs.set(given.path, given.inputs);
        return;
      case 'step-skipped':
        // Skips follow from S2; the record is there for readers. It only says that it need not be written again.
        forget(this.#skipped, (step) => step.path === record.path);
        return;
      case 'execution-finished':
        if (record.status === 'succeeded' || record.status === 'failed' || record.status === 'cancelled') {
          this.status = { ended: true, status: record.status, error: record.error };
        }
        return;
      case 'call-made':
        this.#makeCall(record);
        return;
      default:
        this.#applyToStep(record);
    }
  }

  /** Items per input port of a step, in the order of the edges. Lists are shared: do not change them. */
  inputsOf({ node, scope, path }: StepState): ReadonlyMap<string, readonly Item[]> {
    const inputs = new Map<string, readonly Item[]>();
    for (const port of node.inputPorts) inputs.set(port, noItems);
    for (const edge of node.incoming) {
      const items = scope.itemsOn(edge);
      if (items.length === 0) continue;
      const before = inputs.get(edge.toPort) ?? noItems;
      inputs.set(edge.toPort, before.length === 0 ? items : [...before, ...items]);
    }
    const given = scope.givenTo(path);
    if (given) for (const [port, items] of Object.entries(given)) inputs.set(port, items);
    return inputs;
  }

  /**
   * What the execution gave: the items of the completed steps from which no item went on, in the order of the
   * definition, so that it does not depend on which branch was quicker.
   */
  result(): Item[] {
    const items: Item[] = [];
    for (const step of this.root.steps) {
      if (!step?.outputs || !this.#gaveResult(step)) continue;
      for (const port of Object.keys(step.outputs)) for (const item of step.outputs[port]!) items.push(item);
    }
    return items;
  }

  /** Whether the items of the step are part of `result`. */
  isResult(path: string): boolean {
    const step = this.step(path);
    return step !== undefined && this.#gaveResult(step);
  }

  isTrigger(path: string): boolean {
    return this.workflow.indexById.get(path) === this.triggerIndex;
  }

  #gaveResult(step: StepState): boolean {
    if (step.status !== 'succeeded' || !step.outputs) return false;
    return !step.node.outgoing.some((edge) => this.root.itemsOn(edge).length > 0);
  }

  /** The pass that a failure of the step would end; undefined when it would end the execution. */
  findFailingPass(step: StepState): Scope | undefined {
    for (let scope = step.scope; scope.owner; scope = scope.owner.scope) {
      const plan = scope.owner.passes?.plan;
      if (plan?.by === 'batches' && plan.onFailure !== 'stop') return scope;
    }
    return undefined;
  }

  addReady(step: StepState): void {
    for (let scope = step.scope; ; scope = scope.owner.scope) {
      if (scope.held) {
        scope.held.push(step);
        return;
      }
      if (!scope.owner) break;
    }
    if (step.isQueued) return;
    step.isQueued = true;
    this.#ready.push(step);
    if (this.#ready.length > this.#readyLimit) this.#thinReady();
  }

  addSkipped(step: StepState): void {
    this.doneCount += 1;
    this.#skipped.push(step);
  }

  addEnded(ended: EndedPass): void {
    this.#endedPasses.push(ended);
  }

  drop(scope: Scope): void {
    scope.isOver = true;
    for (const step of scope.steps) {
      if (!step) continue;
      this.#waiting.delete(step);
      step.passes?.clear(this);
      if (step.calls) this.drop(step.calls.scope);
    }
  }

  #thinReady(): void {
    for (const step of this.#ready) step.isQueued = isRunnable(step);
    this.#ready = this.#ready.filter(isRunnable);
    this.#readyLimit = 256 + 2 * this.#ready.length;
  }

  #findStep(path: string, choose: ChoosePass): StepState | undefined {
    let scope: Scope | undefined = this.root;
    const parts = path.split('/');
    const name = parts.pop()!;
    for (const part of parts) {
      const mark = part.lastIndexOf('#');
      if (mark < 0) return this.#findProgram(scope, part)?.calls?.find(name);
      const local = this.#localOf(scope, part.slice(0, mark));
      const passes: Passes | undefined = local === undefined ? undefined : scope.steps[local]?.passes;
      const pass = part.slice(mark + 1);
      scope = passes && /^\d{1,9}$/.test(pass) ? choose(passes, Number(pass)) : undefined;
      if (!scope) return undefined;
    }
    const local = this.#localOf(scope, name);
    return local === undefined ? undefined : scope.stepOf(scope.region.nodes[local]!);
  }

  /** The step of a program in a scope; calls have no calls of their own. */
  #findProgram(scope: Scope, nodeId: string): StepState | undefined {
    const local = this.#localOf(scope, nodeId);
    return local === undefined ? undefined : scope.steps[local];
  }

  #localOf(scope: Scope, nodeId: string): number | undefined {
    const node = this.workflow.nodes[this.workflow.indexById.get(nodeId) ?? -1];
    return node?.region === scope.region ? node.local : undefined;
  }

  #applyToStep(record: StepRecord): void {
    const node = this.workflow.nodes[this.workflow.indexById.get(record.path) ?? -1];
    const step =
      node && !node.region.owner
        ? this.root.stepOf(node)
        : this.#findStep(record.path, (passes, pass) => passes.find(pass, this));
    if (!step || isDone(step)) return;
    switch (record.type) {
      case 'step-started':
        this.#start(step, record);
        return;
      case 'attempt-failed':
        step.status = 'retrying';
        step.error = record.error;
        step.wakeAt = record.retryAt;
        landItem(step, record.item);
        if (record.item === undefined) step.failedAttempts = record.attempt;
        else step.items!.failed.set(record.item, { attempts: record.attempt, retryAt: record.retryAt });
        return;
      case 'item-completed':
        this.doneCount += 1;
        if (step.node.body) this.#endPass(step, record);
        else endItem(step, record.item, { outputs: record.outputs, attempts: record.attempts });
        this.#noteUndoable(step);
        return;
      case 'item-failed':
        this.doneCount += 1;
        if (step.node.body) this.#endPass(step, record);
        else endItem(step, record.item, { error: record.error, attempts: record.attempts });
        return;
      case 'step-waiting':
        this.doneCount += 1;
        this.#waiting.add(step);
        step.status = 'waiting';
        step.inFlight = false;
        step.startedAt ??= record.startedAt;
        step.wakeAt = record.limitAt ?? record.wakeAt ?? undefined;
        step.childId = record.childId;
        step.heldOutputs = record.outputs;
        step.wait = record;
        if (record.awaits?.kind === 'doubt') step.questions = record.awaits.question;
        if (isCall(step)) this.#tellProgram(step);
        return;
      case 'step-wrote':
        step.logs = [...step.logs.slice(0, record.first), ...record.lines];
        return;
      case 'step-resolved':
        this.#resolve(step, record);
        return;
      case 'step-completed':
        this.#complete(step, record);
        return;
      case 'step-failed':
        this.#fail(step, record);
        return;
    }
  }

  #makeCall({ path, call }: JournalRecordOf<'call-made'>): void {
    const cut = path.lastIndexOf('/');
    const program = this.#findStep(path.slice(0, cut), (passes, pass) => passes.find(pass, this));
    if (!program || isDone(program)) return;
    program.calls ??= new ProgramCalls(program, this.workflow.nodeTypes, this.#givenInputs);
    const step = program.calls.add(path.slice(cut + 1), call);
    // What the record left out the program says again.
    if (step && call.asked) this.addReady(step);
  }

  /** How the program hears of it, see C3 of ProgramCalls. */
  #tellProgram(step: StepState): void {
    const { calls } = step.scope.owner!;
    if (calls!.listener) calls!.listener();
    else if (isDone(step) && !isDone(step.scope.owner!)) this.addReady(step.scope.owner!);
  }

  #endCall(step: StepState): void {
    step.scope.owner!.calls!.ended.push(step);
    this.#tellProgram(step);
  }

  #start(step: StepState, record: JournalRecordOf<'step-started'>): void {
    step.status = 'running';
    step.wakeAt = undefined;
    step.startedAt ??= record.at;
    if (record.passes) {
      if (step.passes || !step.node.body) return;
      const inputs = this.inputsOf(step).get(step.node.inputPorts[0] ?? 'main') ?? noItems;
      const taken = step.node.node.settings.executeOnce ? inputs.slice(0, 1) : inputs;
      step.passes = new Passes(step, record.passes, taken);
      step.passes.begin(this);
      return;
    }
    if (record.program) {
      step.program = record.program;
      return;
    }
    step.inFlight = true;
    step.cleared?.delete(record.item);
    if (record.item === undefined) {
      step.begunAt ??= record.at;
      return;
    }
    step.items ??= new StepItems();
    if (!step.items.inFlight.has(record.item)) step.items.inFlight.set(record.item, record.at);
  }

  /** What it gave or that it failed is in the records that follow; the rest is in flight as before, and may begin again. */
  #resolve(step: StepState, { outcomes }: JournalRecordOf<'step-resolved'>): void {
    if (step.wait?.awaits?.kind !== 'doubt') return;
    this.#waiting.delete(step);
    this.doneCount += 1;
    step.status = 'running';
    step.wait = undefined;
    step.inFlight = true;
    step.cleared = new Set(outcomes.filter(({ outcome }) => outcome === 'retry').map(({ item }) => item));
    this.addReady(step);
  }

  /** That a pass has ended follows from its steps (S3); only where a condition decides it is news how it goes on. */
  #endPass(step: StepState, record: JournalRecordOf<'item-completed' | 'item-failed'>): void {
    forget(this.#endedPasses, (ended) => ended.owner === step && ended.pass === record.item);
    if (record.type === 'item-completed' && record.goOn) step.passes?.decide(record.goOn, this);
  }

  #noteUndoable({ node: { node } }: StepState): void {
    if (node.settings.compensate !== undefined && !node.disabled) this.hasUndoable = true;
  }

  #complete(step: StepState, record: JournalRecordOf<'step-completed'>): void {
    // In an execution that retries another one passes may be missing that the record speaks of: they come first.
    if (record.collected && !step.passes?.settle(record.collected)) return;
    if (step.status === 'waiting') this.#waiting.delete(step);
    this.doneCount += 1;
    step.status = 'succeeded';
    step.inFlight = false;
    step.error = record.error;
    step.attempts = record.attempts;
    step.startedAt ??= record.startedAt;
    step.finishedAt = record.at;
    step.outputs = record.collected && step.passes ? step.passes.collect() : record.outputs;
    if (record.logs) step.logs = record.logs;
    step.reused = record.reused === true;
    if (!step.reused) this.#noteUndoable(step);
    step.childId = record.childId ?? step.childId;
    step.wakeAt = undefined;
    step.heldOutputs = undefined;
    step.wait = undefined;
    step.items = undefined;
    step.passes?.clear(this);
    if (step.calls) this.drop(step.calls.scope);
    step.scope.settle(step, this);
    if (isCall(step)) this.#endCall(step);
    else if (step.scope.undone === 0) this.#endScope(step.scope);
  }

  #fail(step: StepState, record: JournalRecordOf<'step-failed'>): void {
    this.#waiting.delete(step);
    this.doneCount += 1;
    step.status = 'failed';
    step.inFlight = false;
    step.items = undefined;
    step.error = record.error;
    step.attempts = record.attempts;
    step.startedAt ??= record.startedAt;
    step.finishedAt = record.at;
    if (record.logs) step.logs = record.logs;
    step.wakeAt = undefined;
    step.passes?.clear(this);
    if (step.calls) this.drop(step.calls.scope);
    if (isCall(step)) {
      step.reused = record.reused === true;
      this.#endCall(step);
      return;
    }
    if (step.scope === this.root) this.root.undone -= 1;
    const scope = this.findFailingPass(step);
    if (!scope) return;
    const passes = scope.owner!.passes!;
    this.drop(scope);
    this.#keep(scope, passes);
    passes.fail(scope, record.error, this);
  }

  #endScope(scope: Scope): void {
    const passes = scope.owner?.passes;
    if (!passes) return;
    this.#keep(scope, passes);
    passes.end(scope, this);
  }

  #keep(scope: Scope, passes: Passes): void {
    if (this.#options.keepsPass?.(scope, passes)) passes.kept.push(scope);
  }
}

function findKnownPass(passes: Passes, pass: number): Scope | undefined {
  const isIt = (scope: Scope) => scope.pass === pass;
  return (
    passes.open.get(pass) ?? passes.kept.find(isIt) ?? (passes.last?.pass === pass ? passes.last : undefined)
  );
}

function isRunnable(step: StepState): boolean {
  if (isDone(step) || step.status === 'waiting' || step.scope.isOver) return false;
  return step.passes === undefined || step.passes.phase !== 'running';
}

function endItem(
  step: StepState,
  item: number,
  ended: { outputs?: PortItems; error?: ErrorRecord; attempts: number },
): void {
  landItem(step, item);
  step.items!.failed.delete(item);
  step.items!.ended.set(item, ended);
}

/** An attempt of the step or of one of its items has ended. */
function landItem(step: StepState, item: number | undefined): void {
  if (item !== undefined) {
    step.items ??= new StepItems();
    step.items.inFlight.delete(item);
  }
  step.begunAt = undefined;
  step.inFlight = item !== undefined && step.items!.inFlight.size > 0;
}

function listSteps(scope: Scope, into: StepState[]): void {
  for (const step of scope.steps) {
    if (!step) continue;
    into.push(step);
    if (step.passes) for (const pass of step.passes.open.values()) listSteps(pass, into);
    if (step.calls) listSteps(step.calls.scope, into);
  }
}

/** Most are forgotten soon after they were noted. */
function forget<T>(list: T[], isIt: (entry: T) => boolean): void {
  const at = list.findIndex(isIt);
  if (at >= 0) list.splice(at, 1);
}
