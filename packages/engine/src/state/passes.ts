/**
 * The passes of one loop node: which are open, what came back from those that ended. Part of the fold (ExecutionState):
 * everything follows from the plan, the items and what became of the steps.
 *
 * P1. A pass is opened once, and ends once: when every node of it is done or skipped, or when a step in it failed.
 * P2. At most `window` passes have a place, and only those give ready steps. By condition it is one.
 * P3. What came back is kept in the order of the passes, linked to the items that the node was given. An ended pass is
 *     forgotten otherwise.
 */
import type { CollectedPasses, Item, PairedItem, PassPlan, PortItems } from '@navette/contracts';
import type { ErrorRecord } from '@navette/kit';
import { toJson } from '../json-value.ts';
import { outputLimitBytes } from '../output-limit.ts';
import { createFailedItem } from './failed-item.ts';
import { traceToEntry } from './lineage.ts';
import { type Frontier, Scope } from './scope.ts';
import type { StepState } from './step-state.ts';

export interface PassFrontier extends Frontier {
  /** A pass has ended and no record says so yet. */
  addEnded(ended: EndedPass): void;
  /** Nothing of the scope counts any more. */
  drop(scope: Scope): void;
}

export interface EndedPass {
  owner: StepState;
  pass: number;
  error: ErrorRecord | undefined;
}

export class Passes {
  readonly owner: StepState;
  readonly plan: PassPlan;
  /** What the node was given. */
  readonly inputs: readonly Item[];
  /** running: passes are open. deciding: which items take another pass must be said. over: the step can be completed. */
  phase: 'running' | 'deciding' | 'over' = 'running';
  /** The pass that ended last, for expressions that look into it; undefined where several are open at once. */
  last: Scope | undefined;
  /** While deciding: the items that came back. */
  returned: readonly Item[] = [];
  /** Passes that have ended. */
  endedCount = 0;
  /** Ended passes that are kept for a view. */
  readonly kept: Scope[] = [];
  readonly open = new Map<number, Scope>();
  readonly #results: (readonly Item[] | undefined)[] = [];
  readonly #failures = new Map<number, ErrorRecord>();
  /** Opened by a record beyond the window: in an execution that retries another one. */
  readonly #held: Scope[] = [];
  #placed = 0;
  #next = 0;
  #isBroken = false;
  #sizeBytes = 0;

  constructor(owner: StepState, plan: PassPlan, inputs: readonly Item[]) {
    this.owner = owner;
    this.plan = plan;
    this.inputs = inputs;
  }

  /** Passes in all; undefined where a condition decides. */
  get total(): number | undefined {
    return this.plan.by === 'batches' ? Math.ceil(this.inputs.length / this.plan.size) : undefined;
  }
  get failedCount(): number {
    return this.#failures.size;
  }
  get firstFailure(): ErrorRecord | undefined {
    return this.#failures.values().next().value;
  }
  /** More came back than one step may give. */
  get isTooLarge(): boolean {
    return this.#sizeBytes > outputLimitBytes;
  }

  begin(frontier: PassFrontier): void {
    if (this.plan.by === 'batches') this.#advance(frontier);
    else this.#sendOn(linkAll(this.inputs, 0), this.plan.goOn, frontier);
  }

  /** By condition: the items at these positions take another pass. */
  decide(goOn: readonly number[], frontier: PassFrontier): void {
    if (this.phase === 'deciding') this.#sendOn(this.returned, goOn, frontier);
  }

  /** The pass, if it is open. One that a record speaks of before its turn is opened and held back. */
  find(pass: number, frontier: PassFrontier): Scope | undefined {
    const open = this.open.get(pass);
    if (open || this.plan.by === 'condition' || this.phase !== 'running') return open;
    if (pass < this.#next || pass >= this.total! || this.#isEnded(pass)) return undefined;
    const scope = this.#create(pass, this.#takeBatch(pass));
    scope.held = [];
    this.#held.push(scope);
    scope.enter(frontier);
    return scope;
  }

  /** Every node of the pass is done or skipped. */
  end(scope: Scope, frontier: PassFrontier): void {
    this.#close(scope, frontier);
    if (this.plan.by === 'batches') this.#advance(frontier);
  }

  fail(scope: Scope, error: ErrorRecord, frontier: PassFrontier): void {
    this.#failures.set(scope.pass, error);
    this.#remove(scope);
    frontier.addEnded({ owner: this.owner, pass: scope.pass, error });
    this.#advance(frontier);
  }

  /** Whether the passes are over, given those that a record says to have failed; from then on they have. */
  settle(collected: CollectedPasses): boolean {
    const failed = new Map((collected.failed ?? []).map(({ pass, error }) => [pass, error]));
    if (this.phase !== 'over') {
      if (this.plan.by === 'condition') return false;
      for (let pass = 0; pass < this.total!; pass++) {
        if (!this.#isEnded(pass) && !failed.has(pass)) return false;
      }
    }
    for (const [pass, error] of failed) this.#failures.set(pass, error);
    return true;
  }

  describe(outputs: PortItems): CollectedPasses {
    const counts = Object.fromEntries(Object.entries(outputs).map(([port, items]) => [port, items.length]));
    if (this.#failures.size === 0) return { counts };
    return { counts, failed: [...this.#failures].map(([pass, error]) => ({ pass, error })) };
  }

  /** What came back, in the order of the passes; items of failed passes with their error, by the port for it. */
  collect(): PortItems {
    const { node, outputPorts } = this.owner.node;
    const main = outputPorts[0] ?? 'main';
    const outputs: PortItems = { [main]: [] };
    const errorPort = this.#isCollecting && node.settings.onError === 'error-port' ? 'error' : main;
    const count = this.plan.by === 'batches' ? this.total! : this.#results.length;
    for (let pass = 0; pass < count; pass++) {
      const error = this.#failures.get(pass);
      const items = error
        ? this.#takeBatch(pass).map((item) => createFailedItem(item, error))
        : this.#results[pass];
      if (!items) continue;
      const port = error ? errorPort : main;
      const list = Object.hasOwn(outputs, port) ? outputs[port]! : [];
      for (const item of items) list.push(item);
      outputs[port] = list;
    }
    return outputs;
  }

  /** The step has ended: only what a view keeps is left. */
  clear(frontier: PassFrontier): void {
    for (const scope of this.open.values()) frontier.drop(scope);
    this.open.clear();
    this.#held.length = 0;
    this.#results.length = 0;
    this.#failures.clear();
    this.returned = [];
    this.phase = 'over';
  }

  get #isCollecting(): boolean {
    return this.plan.by === 'batches' && this.plan.onFailure === 'collect';
  }

  /** Fills the window: passes that have begun first, then new ones. No recursion: a pass may end as it begins. */
  #advance(frontier: PassFrontier): void {
    if (this.plan.by !== 'batches' || this.phase !== 'running') return;
    const total = this.total!;
    while (this.#placed < this.plan.window && !this.#isBroken && !this.isTooLarge) {
      const held = this.#held.shift();
      if (held) {
        const steps = held.held ?? [];
        held.held = undefined;
        this.#placed += 1;
        for (const step of steps) frontier.addReady(step);
        continue;
      }
      while (this.#next < total && (this.#isEnded(this.#next) || this.open.has(this.#next))) this.#next += 1;
      if (this.#next >= total) break;
      const pass = this.#next++;
      this.#placed += 1;
      const scope = this.#create(pass, this.#takeBatch(pass));
      scope.enter(frontier);
      if (scope.undone === 0) this.#close(scope, frontier);
    }
    if (this.#placed > 0) return;
    for (const scope of this.#held.splice(0)) {
      this.open.delete(scope.pass);
      frontier.drop(scope);
    }
    this.#finish(frontier);
  }

  #finish(frontier: PassFrontier): void {
    this.phase = 'over';
    frontier.addReady(this.owner);
  }

  /** By condition: opens the next pass with some of the items; the others have come to their end. */
  #sendOn(items: readonly Item[], goOn: readonly number[], frontier: PassFrontier): void {
    const chosen = new Set(goOn);
    const next: Item[] = [];
    const left: Item[] = [];
    for (let index = 0; index < items.length; index++) {
      (chosen.has(index) ? next : left).push(items[index]!);
    }
    this.#keep(left);
    this.returned = [];
    if (next.length === 0) {
      this.#finish(frontier);
      return;
    }
    this.phase = 'running';
    const scope = this.#create(this.#next++, next);
    this.#placed += 1;
    scope.enter(frontier);
    if (scope.undone === 0) this.#close(scope, frontier);
  }

  #create(pass: number, items: readonly Item[]): Scope {
    const { node, scope: around } = this.owner;
    const scope = new Scope(node.body!, around.given, { owner: this.owner, pass, items });
    this.open.set(pass, scope);
    return scope;
  }

  #close(scope: Scope, frontier: PassFrontier): void {
    this.#remove(scope);
    if (this.plan.by === 'condition' || this.plan.window === 1) this.last = scope;
    const { breakPort } = scope.region;
    const returned = listReturned(scope, (port) => port !== breakPort);
    const broken = breakPort === undefined ? [] : listReturned(scope, (port) => port === breakPort);
    if (broken.length > 0) this.#isBroken = true;
    if (this.plan.by === 'batches') {
      this.#results[scope.pass] = this.#weigh([...returned, ...broken]);
      frontier.addEnded({ owner: this.owner, pass: scope.pass, error: undefined });
    } else if (this.#isBroken || returned.length === 0 || this.isTooLarge) {
      this.#keep([...returned, ...broken]);
      frontier.addEnded({ owner: this.owner, pass: scope.pass, error: undefined });
      this.#finish(frontier);
    } else {
      this.phase = 'deciding';
      this.returned = returned;
      frontier.addReady(this.owner);
    }
  }

  #remove(scope: Scope): void {
    scope.isOver = true;
    this.endedCount += 1;
    this.open.delete(scope.pass);
    const held = scope.held ? this.#held.indexOf(scope) : -1;
    if (held >= 0) this.#held.splice(held, 1);
    else this.#placed -= 1;
  }

  /** By condition results are a list in the order in which the items left. */
  #keep(items: readonly Item[]): void {
    if (items.length > 0) this.#results.push(this.#weigh(items));
  }

  #weigh(items: readonly Item[]): readonly Item[] {
    const count = { bytes: 0 };
    for (const item of items) if (item) toJson(item.json, count);
    this.#sizeBytes += count.bytes;
    return items;
  }

  #isEnded(pass: number): boolean {
    return this.#results[pass] !== undefined || this.#failures.has(pass);
  }

  #takeBatch(pass: number): Item[] {
    const size = this.plan.by === 'batches' ? this.plan.size : this.inputs.length;
    const start = pass * size;
    return linkAll(this.inputs.slice(start, start + size), start);
  }
}

function listReturned(scope: Scope, isWanted: (port: string) => boolean): Item[] {
  const items: Item[] = [];
  for (const edge of scope.region.returns) {
    if (!isWanted(edge.toPort)) continue;
    const list = scope.itemsOn(edge);
    for (let position = 0; position < list.length; position++) {
      items.push(link(list[position]!, findOrigin(scope, edge, position)));
    }
  }
  return items;
}

/** The link of a returned item to what the loop node was given. */
function findOrigin(
  scope: Scope,
  edge: Parameters<typeof traceToEntry>[1],
  position: number,
): Item['pairedItem'] {
  if (scope.items.length === 1) return scope.items[0]?.pairedItem;
  const at = traceToEntry(scope, edge, position);
  return at === undefined ? undefined : scope.items[at]?.pairedItem;
}

/** The items, each linked to its position. */
function linkAll(items: readonly Item[], start: number): Item[] {
  const linked: Item[] = [];
  for (let index = 0; index < items.length; index++) {
    linked.push(link(items[index]!, { item: start + index }));
  }
  return linked;
}

/** For those who only count, items are left out of their lists (see join-parts.ts of the store): then there is none here. */
function link(item: Item, pairedItem: PairedItem | PairedItem[] | undefined): Item {
  if (!item) return item;
  const linked: Item = { json: item.json };
  if (item.binary) linked.binary = item.binary;
  if (pairedItem !== undefined) linked.pairedItem = pairedItem;
  return linked;
}
