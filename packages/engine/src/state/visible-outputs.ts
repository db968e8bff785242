/** What a step may see of other nodes: those of its own pass first, then of the passes around it, outward. */
import type { Item } from '@navette/contracts';
import type { CompiledNode, CompiledRegion } from '../graph/compile.ts';
import type { Passes } from './passes.ts';
import type { Scope } from './scope.ts';
import type { StepState } from './step-state.ts';

export interface VisibleOutputs {
  /** Undefined while the node has not run there. */
  outputs: Readonly<Record<string, readonly Item[]>> | undefined;
  pass: number;
  /** It is a loop node in whose body the step is: its output is what it gave to the pass. */
  isAround: boolean;
  /** Of a loop node: how far it is, under the names that n8n gives. */
  context: object | undefined;
}

/** Undefined when the node was in no scope that is still there. */
export function findVisible(from: StepState, target: CompiledNode): VisibleOutputs | undefined {
  for (let scope = from.scope; scope.owner; scope = scope.owner.scope) {
    if (scope.owner.node !== target) continue;
    const { passes } = scope.owner;
    return {
      outputs: { [scope.region.port]: scope.items },
      pass: scope.pass,
      isAround: true,
      context: passes && describePasses(passes, scope.pass),
    };
  }
  const scope = findScope(from, target.region);
  const step = scope?.steps[target.local];
  if (!scope || !step) return undefined;
  const context = step.passes && describePasses(step.passes, step.passes.endedCount - 1);
  return { outputs: step.outputs, pass: scope.pass, isAround: false, context };
}

/** The scope of the region that the step is in, or is around it; else the last pass of a loop in one of those. */
function findScope(from: StepState, region: CompiledRegion): Scope | undefined {
  for (let scope: Scope | undefined = from.scope; scope; scope = scope.owner?.scope) {
    const way = listWayInto(region, scope.region);
    if (!way) continue;
    let inner: Scope | undefined = scope;
    for (const owner of way) inner = inner?.steps[owner.local]?.passes?.last;
    return inner;
  }
  return undefined;
}

/** The loop nodes that lead from one region into one inside of it, outermost first; undefined when it is elsewhere. */
function listWayInto(region: CompiledRegion, from: CompiledRegion): CompiledNode[] | undefined {
  const way: CompiledNode[] = [];
  for (let at = region; at !== from; at = at.parent!) {
    if (!at.owner) return undefined;
    way.unshift(at.owner);
  }
  return way;
}

function describePasses(passes: Passes, pass: number): object {
  const { total } = passes;
  const isDone = passes.phase === 'over';
  return {
    currentRunIndex: pass,
    ...(total === undefined ? {} : { maxRunIndex: total }),
    noItemsLeft: isDone || (total !== undefined && pass >= total - 1),
    done: isDone,
  };
}
