/**
 * Which steps build on which, told from their paths: "outer#1/inner#2/step" lies in pass 2 of "inner", which lies in pass
 * 1 of "outer".
 *
 * O1. In one pass, or outside of any, a step builds on those whose nodes lead to its own.
 * O2. A loop node builds on every step of its passes, and what follows it does too.
 * O3. Passes over batches do not build on each other; passes by a condition build on those before.
 */
import type { PassPlan, WorkflowDefinition } from '@navette/contracts';
import { listReachable } from './reachable-nodes.ts';

interface Segment {
  nodeId: string;
  /** Undefined for the last one. */
  pass: number | undefined;
}

export class StepOrder {
  readonly #definitions: readonly WorkflowDefinition[];
  /** How loop nodes went about their passes, by path. */
  readonly #plans: ReadonlyMap<string, PassPlan>;
  readonly #reachable = new Map<string, ReadonlySet<string>>();

  /** A step builds on another one when it does in any of the definitions. */
  constructor(definitions: readonly WorkflowDefinition[], plans: ReadonlyMap<string, PassPlan>) {
    this.#definitions = definitions;
    this.#plans = plans;
  }

  /** Whether the step at `path` builds on the one at `before`, or is that step. */
  buildsOn(path: string, before: string): boolean {
    const [later, earlier] = [parseSteps(path), parseSteps(before)];
    let depth = 0;
    while (isSame(later[depth], earlier[depth]) && depth < later.length) depth += 1;
    const [at, from] = [later[depth], earlier[depth]];
    // One of the two has come to its end: the same step.
    if (!at || !from) return true;
    if (at.nodeId !== from.nodeId) {
      return this.#leadsTo(from.nodeId, at.nodeId, earlier[depth - 1]?.nodeId);
    }
    // A loop node and a step of its passes build on each other's end and begin.
    if (at.pass === undefined || from.pass === undefined) return true;
    const owner = formatSteps([...later.slice(0, depth), { ...at, pass: undefined }]);
    return this.passBuildsOn(owner, at.pass, from.pass);
  }

  /** Whether a pass of the loop node at `owner` builds on another one, or is that pass. */
  passBuildsOn(owner: string, pass: number, before: number): boolean {
    return pass === before || (pass > before && this.#plans.get(owner)?.by === 'condition');
  }

  /** The pass of the loop node at `owner` in which a step lies; undefined when it lies in none. */
  passOf(owner: string, path: string): number | undefined {
    if (!path.startsWith(`${owner}#`)) return undefined;
    const pass = Number.parseInt(path.slice(owner.length + 1), 10);
    return Number.isNaN(pass) ? undefined : pass;
  }

  #leadsTo(from: string, to: string, owner: string | undefined): boolean {
    const key = `${from} ${owner ?? ''}`;
    let reached = this.#reachable.get(key);
    if (!reached) {
      reached = listReachable(from, this.#definitions, owner);
      this.#reachable.set(key, reached);
    }
    return reached.has(to);
  }
}

function parseSteps(path: string): Segment[] {
  return path.split('/').map((part) => {
    const mark = part.indexOf('#');
    if (mark < 0) return { nodeId: part, pass: undefined };
    return { nodeId: part.slice(0, mark), pass: Number(part.slice(mark + 1)) };
  });
}

function formatSteps(segments: readonly Segment[]): string {
  return segments.map(({ nodeId, pass }) => (pass === undefined ? nodeId : `${nodeId}#${pass}`)).join('/');
}

function isSame(a: Segment | undefined, b: Segment | undefined): boolean {
  return a !== undefined && b !== undefined && a.nodeId === b.nodeId && a.pass === b.pass;
}
