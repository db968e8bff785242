/**
 * Which part of the graph each node repeats that runs in passes (a loop node). Pure.
 *
 * G1. The body of a loop node is what its body port leads to, up to the edges that come back to the node.
 * G2. A body is entered through its node only, and left only through the node's other outputs: no other edge crosses its
 *     border. Bodies are nested or apart.
 * G3. A body leads back to its node. Without the edges that do so the graph has no circle.
 */
import type { WorkflowDefinition, WorkflowEdge } from '@navette/contracts';
import { findCycle } from './cycle.ts';

export interface RegionNode {
  port: string;
}

export interface RegionIssue {
  /** JSON pointer into the definition. */
  path: string;
  message: string;
  nodeId?: string;
}

export interface Regions {
  /** By id of a node: the loop node in whose body it lies; undefined outside of any. */
  owners: ReadonlyMap<string, string | undefined>;
  /** Positions of the edges that lead back to a loop node. */
  returns: ReadonlySet<number>;
  issues: RegionIssue[];
}

/** @param loops the nodes that run a part of the graph in passes, by id, with their body port. */
export function findRegions(definition: WorkflowDefinition, loops: ReadonlyMap<string, RegionNode>): Regions {
  return loops.size === 0 ? withoutLoops(definition) : new RegionSearch(definition, loops).run();
}

function withoutLoops(definition: WorkflowDefinition): Regions {
  const circle = findCycle(definition);
  const issues = circle ? [describeCircle(definition, circle, new Map())] : [];
  return { owners: new Map(), returns: new Set(), issues };
}

export function isFlowEdge(edge: WorkflowEdge): boolean {
  return edge.kind === 'main' || edge.kind === 'error';
}

class RegionSearch {
  readonly #definition: WorkflowDefinition;
  readonly #loops: ReadonlyMap<string, RegionNode>;
  readonly #names: ReadonlyMap<string, string>;
  readonly #outgoing = new Map<string, number[]>();
  readonly #owners = new Map<string, string | undefined>();
  /** The edge by which a node was reached first. */
  readonly #reachedBy = new Map<string, number>();
  readonly #returns = new Set<number>();
  readonly #issues: RegionIssue[] = [];

  constructor(definition: WorkflowDefinition, loops: ReadonlyMap<string, RegionNode>) {
    this.#definition = definition;
    this.#loops = loops;
    this.#names = new Map(definition.nodes.map((node) => [node.id, node.name]));
    for (const node of definition.nodes) this.#outgoing.set(node.id, []);
    definition.edges.forEach((edge, index) => {
      if (isFlowEdge(edge) && this.#outgoing.has(edge.to)) this.#outgoing.get(edge.from)?.push(index);
    });
  }

  run(): Regions {
    for (const id of this.#listStarts()) this.#spreadFrom(id);
    for (const id of this.#listCutOff()) this.#spreadFrom(id);
    if (this.#issues.length === 0) this.#checkReturns();
    if (this.#issues.length === 0) {
      const edges = this.#definition.edges.filter(
        (edge, index) => isFlowEdge(edge) && !this.#returns.has(index),
      );
      const circle = findCycle({ ...this.#definition, edges });
      if (circle) this.#issues.push(describeCircle(this.#definition, circle, this.#loops));
    }
    return { owners: this.#owners, returns: this.#returns, issues: this.#issues };
  }

  /** Nodes that nothing leads to. */
  #listStarts(): string[] {
    const targets = new Set(this.#definition.edges.filter(isFlowEdge).map((edge) => edge.to));
    return this.#definition.nodes.filter((node) => !targets.has(node.id)).map((node) => node.id);
  }

  /** Nodes that no start leads to: outer loop nodes first, which are in nobody's body. */
  *#listCutOff(): Generator<string> {
    const left = () => this.#definition.nodes.map((node) => node.id).filter((id) => !this.#owners.has(id));
    if (left().length === 0) return;
    const bodies = new Set([...this.#loops.keys()].flatMap((id) => [...this.#reachBody(id)]));
    for (const id of left()) if (this.#loops.has(id) && !bodies.has(id) && !this.#owners.has(id)) yield id;
    for (const id of left()) if (!this.#owners.has(id)) yield id;
  }

  /** What the body port of a loop node leads to without passing through the node again. */
  #reachBody(loop: string): Set<string> {
    const { port } = this.#loops.get(loop)!;
    const reached = new Set<string>();
    const pending = this.#outgoing.get(loop)!.filter((index) => portOf(this.#edge(index)) === port);
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      const { to } = this.#edge(index);
      if (to === loop || reached.has(to)) continue;
      reached.add(to);
      pending.push(...this.#outgoing.get(to)!);
    }
    return reached;
  }

  #spreadFrom(start: string): void {
    if (!this.#owners.has(start)) this.#owners.set(start, undefined);
    const pending = [start];
    for (let from = pending.pop(); from !== undefined; from = pending.pop()) {
      for (const index of this.#outgoing.get(from)!) {
        const { to } = this.#edge(index);
        if (this.#follow(index)) pending.push(to);
      }
    }
  }

  /** Carries the region over an edge; true when its target was reached for the first time. */
  #follow(index: number): boolean {
    const edge = this.#edge(index);
    const own = this.#loops.get(edge.from);
    const into = own && portOf(edge) === own.port ? edge.from : this.#owners.get(edge.from);
    if (into !== undefined && edge.to === into) {
      this.#returns.add(index);
      return false;
    }
    if (this.#isAround(edge.to, into)) {
      this.#issues.push({
        path: `/edges/${index}`,
        message: `${this.#name(edge.from)} leads out of the loop ${this.#name(into!)} straight to ${this.#name(edge.to)}. A loop is left through its node: lead back to ${this.#name(into!)}, and from its outputs on`,
      });
      return false;
    }
    if (!this.#owners.has(edge.to)) {
      this.#owners.set(edge.to, into);
      this.#reachedBy.set(edge.to, index);
      return true;
    }
    if (this.#owners.get(edge.to) !== into) this.#issues.push(this.#describeBorder(index, into));
    return false;
  }

  /** Whether `node` is a loop node around the body of `loop`. */
  #isAround(node: string, loop: string | undefined): boolean {
    let outer = loop === undefined ? undefined : this.#owners.get(loop);
    while (outer !== undefined && outer !== node) outer = this.#owners.get(outer);
    return outer !== undefined;
  }

  /** A node that is reached from two regions. */
  #describeBorder(index: number, into: string | undefined): RegionIssue {
    const edge = this.#edge(index);
    const before = this.#reachedBy.get(edge.to);
    const first = {
      owner: this.#owners.get(edge.to),
      from: before === undefined ? undefined : this.#edge(before).from,
    };
    const second = { owner: into, from: edge.from };
    const [inside, other] = this.#depth(first.owner) > this.#depth(into) ? [first, second] : [second, first];
    const loop = this.#name(inside.owner!);
    const from = (place: { from: string | undefined }) =>
      place.from ? ` (from ${this.#name(place.from)})` : '';
    return {
      path: `/edges/${index}`,
      message: `${this.#name(edge.to)} is reached from inside the loop ${loop}${from(inside)} and from outside of it${from(other)}. The body of a loop is entered and left through its node`,
      nodeId: edge.to,
    };
  }

  #depth(loop: string | undefined): number {
    let depth = 0;
    for (let at = loop; at !== undefined; at = this.#owners.get(at)) depth += 1;
    return depth;
  }

  #checkReturns(): void {
    const returned = new Set([...this.#returns].map((index) => this.#edge(index).to));
    this.#definition.nodes.forEach((node, index) => {
      const loop = this.#loops.get(node.id);
      if (!loop || returned.has(node.id)) return;
      const into = this.#outgoing.get(node.id)!.find((edge) => portOf(this.#edge(edge)) === loop.port);
      if (into === undefined) return;
      this.#issues.push({
        path: `/nodes/${index}`,
        message: `The output "${loop.port}" of ${this.#name(node.id)} leads to ${this.#name(this.#edge(into).to)}, but nothing leads back. Join the last node of the loop to ${this.#name(node.id)}`,
        nodeId: node.id,
      });
    });
  }

  #edge(index: number): WorkflowEdge {
    return this.#definition.edges[index]!;
  }

  #name(id: string): string {
    return `"${this.#names.get(id) ?? id}"`;
  }
}

function portOf(edge: WorkflowEdge): string {
  return edge.kind === 'error' ? 'error' : edge.fromPort;
}

/** A circle that goes through no loop node, or through one on the wrong side. */
function describeCircle(
  definition: WorkflowDefinition,
  circle: string[],
  loops: ReadonlyMap<string, RegionNode>,
): RegionIssue {
  const names = new Map(definition.nodes.map((node) => [node.id, `"${node.name}"`]));
  const name = (id: string) => names.get(id) ?? id;
  const loop = circle.find((id) => loops.has(id));
  const start = loop ?? circle[0]!;
  const turned = [
    ...circle.slice(circle.indexOf(start), -1),
    ...circle.slice(0, circle.indexOf(start)),
    start,
  ];
  const last = turned.at(-2)!;
  const closing = definition.edges.findIndex((edge) => edge.from === last && edge.to === start);
  const advice =
    loop === undefined
      ? `Circles go through a loop node: put one in front of ${name(start)}, lead ${name(last)} back to it, and its output into the loop to ${name(start)}`
      : `Only what the output "${loops.get(loop)!.port}" of ${name(loop)} leads to may lead back to it`;
  return {
    path: closing < 0 ? '/edges' : `/edges/${closing}`,
    message: `The nodes form a circle: ${turned.map(name).join(' → ')}. ${advice}`,
    nodeId: last,
  };
}
