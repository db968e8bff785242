/**
 * The state of one execution as a pure fold over its journal. Whoever owns the execution appends a record and applies
 * it; whoever recovers it applies the stored records and stands where the owner stood.
 *
 * Owns: what became of every step, which inputs are settled, which steps are ready. Knows nothing of time or I/O.
 *
 * S1. A step is decided once: ready or skipped when its last incoming edge is settled, done when a completed, failed or
 *     skipped record was applied.
 * S2. An edge is settled once: live when its port got at least one item, dead otherwise. A step without a live edge is
 *     skipped, and its outgoing edges are dead.
 * S3. Applying the same records in the same order gives the same state, whichever process does it.
 */
import type {
  Item,
  JournalRecord,
  JournalRecordOf,
  PortItems,
  StepLog,
  StepStatus,
} from '@navette/contracts';
import type { ErrorRecord } from '@navette/kit';
import type { CompiledEdge, CompiledWorkflow } from '../graph/compile.ts';

export interface ItemState {
  outputs?: PortItems;
  error?: ErrorRecord;
  attempts: number;
}

export interface StepState {
  path: string;
  /** Index of the node. */
  index: number;
  status: StepStatus;
  /** Attempts that failed so far, of the step as a whole. */
  failedAttempts: number;
  /** Attempts in all, once it has ended. */
  attempts: number;
  startedAt: number | undefined;
  finishedAt: number | undefined;
  wakeAt: number | undefined;
  error: ErrorRecord | undefined;
  outputs: PortItems | undefined;
  logs: readonly StepLog[];
  reused: boolean;
  childId: string | undefined;
  /** An attempt was started and its end is not known. */
  inFlight: boolean;
  /** How a waiting step waits: the record that says so. */
  wait: JournalRecordOf<'step-waiting'> | undefined;
  /** What a waiting step will give. */
  heldOutputs: PortItems | undefined;
  /** Items of a per-item step that have ended. */
  items: Map<number, ItemState>;
  /** Failed attempts of items that have not ended. */
  failedItemAttempts: Map<number, number>;
}

const noItems: readonly Item[] = [];

export class ExecutionState {
  readonly workflow: CompiledWorkflow;
  readonly triggerIndex: number;
  status:
    | { ended: false }
    | { ended: true; status: 'succeeded' | 'failed' | 'cancelled'; error: ErrorRecord | undefined };
  readonly #steps: (StepState | undefined)[];
  readonly #openEdges: Int32Array;
  readonly #live: Uint8Array;
  readonly #ready: number[] = [];
  readonly #skipped: number[] = [];
  readonly #waiting = new Set<number>();
  /** What steps get in place of what their predecessors gave, by path. */
  readonly #givenInputs = new Map<string, PortItems>();

  constructor(workflow: CompiledWorkflow, triggerNodeId: string) {
    this.workflow = workflow;
    this.triggerIndex = workflow.indexById.get(triggerNodeId) ?? -1;
    this.status = { ended: false };
    const size = workflow.nodes.length;
    this.#steps = new Array(size);
    this.#openEdges = new Int32Array(size);
    this.#live = new Uint8Array(size);
    for (const node of workflow.nodes) this.#openEdges[node.index] = node.incoming.length;
    for (const node of workflow.nodes) {
      if (node.incoming.length === 0 && node.index !== this.triggerIndex) this.#skip(node.index);
    }
  }

  step(index: number): StepState | undefined {
    return this.#steps[index];
  }

  steps(): StepState[] {
    return this.#steps.filter((step) => step !== undefined);
  }

  /** Steps that wait for a time or a child. */
  waiting(): StepState[] {
    return this.#waiting.size === 0 ? [] : [...this.#waiting].map((index) => this.#steps[index]!);
  }

  /** Steps that became ready since the last call, in the order they did. */
  takeReady(): StepState[] {
    if (this.#ready.length === 0) return [];
    const ready = this.#ready.splice(0);
    return ready
      .map((index) => this.#steps[index]!)
      .filter((step) => !isDone(step) && step.status !== 'waiting');
  }

  /** Paths that were skipped since the last call and have no record yet. */
  takeSkipped(): string[] {
    if (this.#skipped.length === 0) return [];
    return this.#skipped.splice(0).map((index) => this.#steps[index]!.path);
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
        this.#forgetSkipped(record.path);
        return;
      case 'execution-finished':
        if (record.status === 'succeeded' || record.status === 'failed' || record.status === 'cancelled') {
          this.status = { ended: true, status: record.status, error: record.error };
        }
        return;
      default:
        this.#applyToStep(record);
    }
  }

  /** Items per input port of a step, in the order of the edges. Lists are shared: do not change them. */
  inputsOf(index: number): ReadonlyMap<string, readonly Item[]> {
    const node = this.workflow.nodes[index]!;
    const given = this.#givenTo(index);
    const inputs = new Map<string, readonly Item[]>();
    for (const port of node.inputPorts) inputs.set(port, noItems);
    for (const edge of node.incoming) {
      const items = this.#itemsOn(edge);
      if (items.length === 0) continue;
      const before = inputs.get(edge.toPort) ?? noItems;
      inputs.set(edge.toPort, before.length === 0 ? items : [...before, ...items]);
    }
    if (given) for (const [port, items] of Object.entries(given)) inputs.set(port, items);
    return inputs;
  }

  /** Where item `position` of an input port came from. */
  sourceOf(
    index: number,
    port: string,
    position: number,
  ): { index: number; port: string; position: number } | undefined {
    const given = this.#givenTo(index);
    if (given && Object.hasOwn(given, port)) return undefined;
    let left = position;
    for (const edge of this.workflow.nodes[index]!.incoming) {
      if (edge.toPort !== port) continue;
      const count = this.#itemsOn(edge).length;
      if (left < count) return { index: edge.from, port: edge.fromPort, position: left };
      left -= count;
    }
    return undefined;
  }

  /**
   * What the execution gave: the items of the completed steps from which no item went on, in the order of the
   * definition, so that it does not depend on which branch was quicker.
   */
  result(): Item[] {
    const items: Item[] = [];
    for (const node of this.workflow.nodes) {
      const step = this.#steps[node.index];
      if (step?.status !== 'succeeded' || !step.outputs) continue;
      const wentOn = node.outgoing.some((edge) => this.#itemsOn(edge).length > 0);
      if (wentOn) continue;
      for (const port of Object.keys(step.outputs)) for (const item of step.outputs[port]!) items.push(item);
    }
    return items;
  }

  #itemsOn(edge: CompiledEdge): readonly Item[] {
    const outputs = this.#steps[edge.from]?.outputs;
    return outputs ? itemsAt(outputs, edge.fromPort) : noItems;
  }

  #givenTo(index: number): PortItems | undefined {
    return this.#givenInputs.size > 0
      ? this.#givenInputs.get(this.workflow.nodes[index]!.node.id)
      : undefined;
  }

  #forgetSkipped(path: string): void {
    const at = this.#skipped.findIndex((index) => this.#steps[index]!.path === path);
    if (at >= 0) this.#skipped.splice(at, 1);
  }

  #applyToStep(record: Exclude<JournalRecord, { type: `execution-${string}` | 'step-skipped' }>): void {
    const index = this.workflow.indexById.get(record.path);
    if (index === undefined) return;
    const step = this.#stepAt(index);
    if (isDone(step)) return;
    switch (record.type) {
      case 'step-started':
        step.status = 'running';
        step.inFlight = true;
        step.wakeAt = undefined;
        step.startedAt ??= record.at;
        return;
      case 'attempt-failed':
        step.status = 'retrying';
        step.inFlight = false;
        step.error = record.error;
        step.wakeAt = record.retryAt;
        if (record.item === undefined) step.failedAttempts = record.attempt;
        else step.failedItemAttempts.set(record.item, record.attempt);
        return;
      case 'item-completed':
        step.inFlight = false;
        step.items.set(record.item, { outputs: record.outputs, attempts: record.attempts });
        return;
      case 'item-failed':
        step.inFlight = false;
        step.items.set(record.item, { error: record.error, attempts: record.attempts });
        return;
      case 'step-waiting':
        this.#waiting.add(index);
        step.status = 'waiting';
        step.inFlight = false;
        step.startedAt ??= record.startedAt;
        step.wakeAt = record.wakeAt ?? undefined;
        step.childId = record.childId;
        step.heldOutputs = record.outputs;
        step.wait = record;
        return;
      case 'step-completed':
        this.#complete(step, record);
        return;
      case 'step-failed':
        this.#waiting.delete(index);
        step.status = 'failed';
        step.inFlight = false;
        step.error = record.error;
        step.attempts = record.attempts;
        step.startedAt ??= record.startedAt;
        step.finishedAt = record.at;
        step.logs = record.logs ?? [];
        step.wakeAt = undefined;
        return;
    }
  }

  #complete(step: StepState, record: JournalRecordOf<'step-completed'>): void {
    this.#waiting.delete(step.index);
    step.status = 'succeeded';
    step.inFlight = false;
    step.error = record.error;
    step.attempts = record.attempts;
    step.startedAt ??= record.startedAt;
    step.finishedAt = record.at;
    step.outputs = record.outputs;
    step.logs = record.logs ?? [];
    step.reused = record.reused === true;
    step.childId = record.childId ?? step.childId;
    step.wakeAt = undefined;
    step.heldOutputs = undefined;
    step.wait = undefined;
    if (step.items.size > 0) step.items.clear();
    this.#settleFrom(step.index);
  }

  #skip(index: number): void {
    const step = this.#stepAt(index);
    if (isDone(step)) return;
    step.status = 'skipped';
    this.#skipped.push(index);
    this.#settleFrom(index);
  }

  #stepAt(index: number): StepState {
    let step = this.#steps[index];
    if (!step) {
      step = createStep(this.workflow.nodes[index]!.node.id, index);
      this.#steps[index] = step;
    }
    return step;
  }

  /** Settles the outgoing edges of a step that is done, and of those that it skips. Iterative: graphs may be deep. */
  #settleFrom(start: number): void {
    const done = [start];
    for (let at = done.pop(); at !== undefined; at = done.pop()) {
      for (const edge of this.workflow.nodes[at]!.outgoing) {
        const to = edge.to;
        if (this.#itemsOn(edge).length > 0) this.#live[to] = 1;
        this.#openEdges[to]! -= 1;
        if (this.#openEdges[to]! > 0) continue;
        const step = this.#stepAt(to);
        if (isDone(step)) continue;
        if (this.#live[to] || this.#givenTo(to)) {
          this.#ready.push(to);
        } else {
          step.status = 'skipped';
          this.#skipped.push(to);
          done.push(to);
        }
      }
    }
  }
}

export function isDone(step: StepState): boolean {
  return step.status === 'succeeded' || step.status === 'failed' || step.status === 'skipped';
}

function itemsAt(lists: PortItems, port: string): readonly Item[] {
  return Object.hasOwn(lists, port) ? (lists[port] ?? noItems) : noItems;
}

function createStep(path: string, index: number): StepState {
  return {
    path,
    index,
    status: 'pending',
    failedAttempts: 0,
    attempts: 0,
    startedAt: undefined,
    finishedAt: undefined,
    wakeAt: undefined,
    error: undefined,
    outputs: undefined,
    logs: [],
    reused: false,
    childId: undefined,
    inFlight: false,
    heldOutputs: undefined,
    wait: undefined,
    items: new Map(),
    failedItemAttempts: new Map(),
  };
}
