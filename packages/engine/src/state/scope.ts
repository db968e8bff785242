/**
 * One instance of a region: the whole execution, one pass of a loop node, or the calls of a program. Holds the steps of its
 * nodes and settles the edges between them (S1, S2 of ExecutionState).
 */
import type { Item, PortItems } from '@navette/contracts';
import type { CompiledEdge, CompiledNode, CompiledRegion } from '../graph/compile.ts';
import { createStep, isDone, type StepState } from './step-state.ts';

const noItems: readonly Item[] = [];

/** Where steps go that became ready or were skipped. */
export interface Frontier {
  addReady(step: StepState): void;
  addSkipped(step: StepState): void;
}

export class Scope {
  readonly region: CompiledRegion;
  /** The step of the loop node or the program; undefined for the whole execution. */
  readonly owner: StepState | undefined;
  /** Which pass it is, from 0. */
  readonly pass: number;
  /** What the pass works on: the output of the loop node into the body. Each is linked to the input of the loop node. */
  readonly items: readonly Item[];
  /** Of the paths of its steps: "" or "outer#1/inner#2/". */
  readonly prefix: string;
  readonly steps: (StepState | undefined)[];
  /** Nodes that are not done: neither completed, nor failed, nor skipped. */
  undone: number;
  /** Ended, failed or dropped: what its steps still do counts no more. */
  isOver = false;
  /** Steps that are ready but must wait until the pass has a place in the window; undefined once it has. */
  held: StepState[] | undefined;
  /** What steps get in place of what their predecessors gave, by path. */
  readonly given: ReadonlyMap<string, PortItems>;
  /** By node: twice the incoming edges that are not settled, and one more when any that is was live. */
  readonly #edges: number[];

  constructor(
    region: CompiledRegion,
    given: ReadonlyMap<string, PortItems>,
    pass?: { owner: StepState; pass: number; items: readonly Item[]; prefix?: string },
  ) {
    const { nodes } = region;
    this.region = region;
    this.given = given;
    this.owner = pass?.owner;
    this.pass = pass?.pass ?? 0;
    this.items = pass?.items ?? noItems;
    this.prefix = pass ? (pass.prefix ?? `${pass.owner.path}#${pass.pass}/`) : '';
    this.steps = new Array(nodes.length);
    this.undone = nodes.length;
    region.edgeCounts ??= nodes.map((node) => 2 * node.incoming.length);
    this.#edges = region.edgeCounts.slice();
  }

  /** The step of a node of this region. */
  stepOf(node: CompiledNode): StepState {
    let step = this.steps[node.local];
    if (!step) {
      step = createStep(node, this);
      this.steps[node.local] = step;
    }
    return step;
  }

  /** A program made a call: a node that nothing leads to. */
  add(node: CompiledNode): StepState {
    (this.region.nodes as CompiledNode[]).push(node);
    this.#edges.push(0);
    this.undone += 1;
    return this.stepOf(node);
  }

  /** What travels over an edge of this region. The list is shared: do not change it. */
  itemsOn(edge: CompiledEdge): readonly Item[] {
    if (edge.fromLocal < 0) return this.items;
    const outputs = this.steps[edge.fromLocal]?.outputs;
    if (!outputs || !Object.hasOwn(outputs, edge.fromPort)) return noItems;
    return outputs[edge.fromPort] ?? noItems;
  }

  givenTo(path: string): PortItems | undefined {
    return this.given.size === 0 ? undefined : this.given.get(path);
  }

  /** A pass begins: its items have come. */
  enter(frontier: Frontier): void {
    const done: StepState[] = [];
    for (const edge of this.region.entries) this.#settleEdge(edge, frontier, done);
    this.#settleAll(done, frontier);
  }

  skip(node: CompiledNode, frontier: Frontier): void {
    const step = this.stepOf(node);
    if (isDone(step)) return;
    step.status = 'skipped';
    frontier.addSkipped(step);
    this.settle(step, frontier);
  }

  /** Settles the outgoing edges of a step that is done or skipped, and of those that it skips. */
  settle(step: StepState, frontier: Frontier): void {
    this.#settleAll([step], frontier);
  }

  /** Iterative: graphs may be deep. */
  #settleAll(done: StepState[], frontier: Frontier): void {
    for (let at = done.pop(); at !== undefined; at = done.pop()) {
      this.undone -= 1;
      for (const edge of at.node.outgoing) this.#settleEdge(edge, frontier, done);
    }
  }

  #settleEdge(edge: CompiledEdge, frontier: Frontier, done: StepState[]): void {
    const local = edge.toLocal;
    if (local < 0) return;
    const left = this.#edges[local]! - 2;
    const settled = this.itemsOn(edge).length > 0 ? left | 1 : left;
    this.#edges[local] = settled;
    if (settled > 1) return;
    const step = this.stepOf(this.region.nodes[local]!);
    if (isDone(step)) return;
    if (settled === 1 || this.givenTo(step.path)) {
      frontier.addReady(step);
    } else {
      step.status = 'skipped';
      frontier.addSkipped(step);
      done.push(step);
    }
  }
}
