/** Where items came from, by following `pairedItem` back: within a pass, and outward through the loop nodes around it. */
import type { Item, PairedItem } from '@navette/contracts';
import type { CompiledEdge } from '../graph/compile.ts';
import type { Scope } from './scope.ts';
import type { StepState } from './step-state.ts';

/** An item as it left a step, or as it came into a pass (`step` is undefined then). */
export interface ItemSource {
  scope: Scope;
  step: StepState | undefined;
  edge: CompiledEdge;
  position: number;
}

/** Where item `position` of an input port came from. */
export function findSource(step: StepState, port: string, position: number): ItemSource | undefined {
  const given = step.scope.givenTo(step.path);
  if (given && Object.hasOwn(given, port)) return undefined;
  let left = position;
  for (const edge of step.node.incoming) {
    if (edge.toPort !== port) continue;
    const count = step.scope.itemsOn(edge).length;
    if (left < count) return createSource(step.scope, edge, left);
    left -= count;
  }
  return undefined;
}

/**
 * The item of node `target` that input item `position` of a step came from, through any number of steps; undefined when a
 * link is missing. With several ancestors (a merge) the first that leads there.
 */
export function traceItem(
  start: { step: StepState; port: string; position: number },
  target: number,
): Item | undefined {
  const first = findSource(start.step, start.port, start.position);
  const found = follow(first, (source) => source.edge.from === target);
  return found && itemAt(found);
}

/** The position among the items of the pass from which the item on an edge came; undefined when a link is missing. */
export function traceToEntry(scope: Scope, edge: CompiledEdge, position: number): number | undefined {
  const isEntry = (source: ItemSource) => source.step === undefined && source.scope === scope;
  return follow(createSource(scope, edge, position), isEntry)?.position;
}

function follow(
  first: ItemSource | undefined,
  isWanted: (source: ItemSource) => boolean,
): ItemSource | undefined {
  const pending = first ? [first] : [];
  const seen = new Set<string>();
  for (let source = pending.shift(); source !== undefined; source = pending.shift()) {
    const key = `${source.scope.prefix} ${source.edge.from} ${source.edge.fromPort} ${source.position}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const item = itemAt(source);
    if (!item) continue;
    if (isWanted(source)) return source;
    const before = source.step ?? source.scope.owner;
    if (!before) continue;
    const firstPort = before.node.inputPorts[0] ?? 'main';
    for (const link of listLinks(item)) {
      const next = findSource(before, link.input ?? firstPort, link.item);
      if (next) pending.push(next);
    }
  }
  return undefined;
}

function createSource(scope: Scope, edge: CompiledEdge, position: number): ItemSource {
  const step = edge.fromLocal < 0 ? undefined : scope.steps[edge.fromLocal];
  return { scope, step, edge, position };
}

function itemAt({ scope, edge, position }: ItemSource): Item | undefined {
  return scope.itemsOn(edge)[position];
}

function listLinks(item: Item): readonly PairedItem[] {
  if (item.pairedItem === undefined) return [];
  return Array.isArray(item.pairedItem) ? item.pairedItem : [item.pairedItem];
}
