import type { CanvasNode } from './graph-model.ts';

export type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

export function isDirection(key: string): key is Direction {
  return key === 'ArrowLeft' || key === 'ArrowRight' || key === 'ArrowUp' || key === 'ArrowDown';
}

/** The node that an arrow key leads to: the nearest on that side, straight ahead before askew. */
export function toNearestNode(
  nodes: readonly CanvasNode[],
  fromId: string,
  direction: Direction,
): CanvasNode | undefined {
  const from = nodes.find((node) => node.id === fromId);
  if (!from) return undefined;
  let best: { node: CanvasNode; cost: number } | undefined;
  for (const node of nodes) {
    const dx = node.position.x - from.position.x;
    const dy = node.position.y - from.position.y;
    const horizontal = direction === 'ArrowLeft' || direction === 'ArrowRight';
    const sign = direction === 'ArrowLeft' || direction === 'ArrowUp' ? -1 : 1;
    const ahead = sign * (horizontal ? dx : dy);
    const aside = Math.abs(horizontal ? dy : dx);
    if (node.id === fromId || ahead < 20) continue;
    const cost = ahead + 2 * aside;
    if (!best || cost < best.cost) best = { node, cost };
  }
  return best?.node;
}
