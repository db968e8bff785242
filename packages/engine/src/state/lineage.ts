import type { Item, PairedItem } from '@navette/contracts';
import type { ExecutionState } from './execution-state.ts';

/**
 * The item of node `target` that input item `position` of step `index` came from, by following `pairedItem` back through
 * any number of steps; undefined when a link is missing. With several ancestors (a merge) the first that leads there.
 */
export function traceItem(
  state: ExecutionState,
  start: { index: number; port: string; position: number },
  target: number,
): Item | undefined {
  const pending = [start];
  const seen = new Set<string>();
  for (let at = pending.shift(); at !== undefined; at = pending.shift()) {
    const source = state.sourceOf(at.index, at.port, at.position);
    if (!source) continue;
    const key = `${source.index} ${source.port} ${source.position}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const item = itemAt(state, source.index, source.port, source.position);
    if (!item) continue;
    if (source.index === target) return item;
    const firstPort = state.workflow.nodes[source.index]!.inputPorts[0] ?? 'main';
    for (const link of listLinks(item)) {
      pending.push({ index: source.index, port: link.input ?? firstPort, position: link.item });
    }
  }
  return undefined;
}

function itemAt(state: ExecutionState, index: number, port: string, position: number): Item | undefined {
  const outputs = state.step(index)?.outputs;
  return outputs && Object.hasOwn(outputs, port) ? outputs[port]?.[position] : undefined;
}

function listLinks(item: Item): readonly PairedItem[] {
  if (item.pairedItem === undefined) return [];
  return Array.isArray(item.pairedItem) ? item.pairedItem : [item.pairedItem];
}
