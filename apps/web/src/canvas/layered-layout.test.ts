import type { WorkflowDefinition } from '@navette/contracts';
import { expect, test } from 'vitest';
import { layOutNodes } from './layered-layout.ts';

function graph(ids: string, edges: string): Pick<WorkflowDefinition, 'nodes' | 'edges'> {
  return {
    nodes: ids.split(' ').map((id) => ({ id }) as WorkflowDefinition['nodes'][number]),
    edges: edges
      .split(' ')
      .filter(Boolean)
      .map((edge) => ({ from: edge[0], to: edge[1] }) as WorkflowDefinition['edges'][number]),
  };
}

test('each node stands right of all that lead to it', () => {
  const edges = 'ab bc ac cd bd';
  const points = layOutNodes(graph('d c b a', edges));
  for (const [from, to] of edges.split(' ')) expect(points.get(from!)!.x).toBeLessThan(points.get(to!)!.x);
});

test('no two nodes share a spot, and a lone branch is in the middle of its two', () => {
  const points = layOutNodes(graph('a b c d', 'ab ac bd cd'));
  expect(new Set([...points.values()].map(({ x, y }) => `${x},${y}`)).size).toBe(4);
  expect(points.get('a')!.y).toBe((points.get('b')!.y + points.get('c')!.y) / 2);
});

test('loops, edges to nowhere and lone nodes do no harm', () => {
  const points = layOutNodes(graph('a b c z', 'ab bc ca aa bx'));
  expect(points.size).toBe(4);
  expect(points.get('a')!.x).toBeLessThan(points.get('b')!.x);
  expect(points.get('b')!.x).toBeLessThan(points.get('c')!.x);
  expect(layOutNodes(graph('a', '')).get('a')).toEqual({ x: 0, y: 0 });
});

test('a chain of 2,000 nodes is laid out without recursion', () => {
  const ids = Array.from({ length: 2_000 }, (_, index) => `n${index}`);
  const points = layOutNodes({
    nodes: ids.map((id) => ({ id }) as WorkflowDefinition['nodes'][number]),
    edges: ids.slice(1).map((to, index) => ({ from: ids[index], to }) as WorkflowDefinition['edges'][number]),
  });
  expect(points.get('n1999')!.x).toBeGreaterThan(points.get('n1998')!.x);
});
