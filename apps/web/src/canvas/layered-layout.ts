/**
 * Lays a graph out from left to right: each node one column after its last predecessor (edges that close a loop do
 * not count), rows ordered by the middle of the neighbours. Sugiyama's method without its crossing search, which
 * graphs of a few dozen nodes do not miss.
 */
import type { WorkflowDefinition } from '@navette/contracts';

export interface Point {
  x: number;
  y: number;
}

const columnWidth = 240;
const rowHeight = 120;
const sweeps = 4;

export function layOutNodes(definition: Pick<WorkflowDefinition, 'nodes' | 'edges'>): Map<string, Point> {
  const ids = definition.nodes.map((node) => node.id);
  const after = new Map<string, string[]>(ids.map((id) => [id, []]));
  const before = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { from, to } of withoutLoops(ids, definition.edges)) {
    after.get(from)!.push(to);
    before.get(to)!.push(from);
  }
  const columns = toColumns(ids, before);
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    orderRows(columns, sweep % 2 === 0 ? before : after, sweep % 2 === 1);
  }
  return toPoints(columns);
}

function withoutLoops(
  ids: readonly string[],
  edges: WorkflowDefinition['edges'],
): { from: string; to: string }[] {
  const next = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const edge of edges) if (next.has(edge.to)) next.get(edge.from)?.push(edge.to);
  const kept: { from: string; to: string }[] = [];
  const done = new Set<string>();
  const open = new Set<string>();
  for (const root of ids) {
    if (done.has(root)) continue;
    const stack = [{ id: root, at: 0 }];
    open.add(root);
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const to = next.get(top.id)![top.at];
      top.at += 1;
      if (to === undefined) {
        open.delete(top.id);
        done.add(top.id);
        stack.pop();
      } else if (!open.has(to)) {
        kept.push({ from: top.id, to });
        if (!done.has(to)) {
          open.add(to);
          stack.push({ id: to, at: 0 });
        }
      }
    }
  }
  return kept;
}

function toColumns(ids: readonly string[], before: ReadonlyMap<string, string[]>): string[][] {
  const column = new Map<string, number>();
  const waiting = new Map(ids.map((id) => [id, new Set(before.get(id))]));
  let ready = ids.filter((id) => waiting.get(id)!.size === 0);
  const after = new Map<string, Set<string>>(ids.map((id) => [id, new Set()]));
  for (const [id, sources] of before) for (const source of sources) after.get(source)!.add(id);
  for (const id of ready) column.set(id, 0);
  while (ready.length > 0) {
    const following: string[] = [];
    for (const id of ready) {
      for (const target of after.get(id)!) {
        column.set(target, Math.max(column.get(target) ?? 0, column.get(id)! + 1));
        const left = waiting.get(target)!;
        left.delete(id);
        if (left.size === 0) following.push(target);
      }
    }
    ready = following;
  }
  const columns: string[][] = [];
  for (const id of ids) {
    const at = column.get(id) ?? 0;
    for (let index = columns.length; index <= at; index += 1) columns.push([]);
    columns[at]!.push(id);
  }
  return columns;
}

function orderRows(columns: string[][], neighbours: ReadonlyMap<string, string[]>, backwards: boolean): void {
  const row = new Map<string, number>();
  for (const column of columns)
    for (const [index, id] of column.entries()) row.set(id, index - column.length / 2);
  const order = backwards ? columns.toReversed() : columns;
  for (const column of order) {
    const middle = new Map(
      column.map((id) => {
        const near = neighbours.get(id)!;
        const sum = near.reduce((total, other) => total + row.get(other)!, 0);
        return [id, near.length === 0 ? row.get(id)! : sum / near.length];
      }),
    );
    column.sort((a, b) => middle.get(a)! - middle.get(b)!);
    for (const [index, id] of column.entries()) row.set(id, index - column.length / 2);
  }
}

function toPoints(columns: readonly string[][]): Map<string, Point> {
  const tallest = Math.max(0, ...columns.map((column) => column.length));
  const points = new Map<string, Point>();
  for (const [x, column] of columns.entries()) {
    const offset = (tallest - column.length) / 2;
    for (const [y, id] of column.entries()) {
      points.set(id, { x: x * columnWidth, y: Math.round((y + offset) * rowHeight) });
    }
  }
  return points;
}
