import { type NodeType, workflowDefinitionSchema } from '@navette/contracts';
import { expect, test } from 'vitest';
import { isInView, toFirstView } from './first-view.ts';
import { toCanvasGraph } from './graph-model.ts';
import { toNearestNode } from './nearest-node.ts';
import { toEdgeStates, toNodeStates } from './node-state.ts';

const definition = workflowDefinitionSchema.parse({
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger', position: [0, 0] },
    { id: 'if', name: 'If', type: 'if', position: [220, 0], settings: { onError: 'error-port' } },
    { id: 'yes', name: 'Yes', type: 'unknown-type', position: [440, -100] },
    { id: 'no', name: 'No', type: 'no-op', position: [440, 100], disabled: true },
  ],
  edges: [
    { from: 'start', to: 'if' },
    { from: 'if', fromPort: 'true', to: 'yes' },
    { from: 'if', fromPort: 'case-7', to: 'no' },
    { from: 'if', to: 'no', kind: 'error' },
  ],
});

const types = new Map<string, NodeType>([
  [
    'manual-trigger',
    { type: 'manual-trigger', trigger: true, inputs: [], outputs: ['main'] } as unknown as NodeType,
  ],
  ['if', { type: 'if', trigger: false, inputs: ['main'], outputs: ['true', 'false'] } as unknown as NodeType],
  ['no-op', { type: 'no-op', trigger: false, inputs: ['main'], outputs: ['main'] } as unknown as NodeType],
]);

const graph = toCanvasGraph(definition, types);

test('ports are those of the catalogue, those in use, and the error port last', () => {
  const ports = graph.nodes.map((node) => [node.id, node.trigger, node.inputs, node.outputs]);
  expect(ports).toEqual([
    ['start', true, [], ['main']],
    ['if', false, ['main'], ['true', 'false', 'case-7', 'error']],
    ['yes', false, ['main'], ['main']],
    ['no', false, ['main'], ['main']],
  ]);
  expect(graph.edges.map((edge) => [edge.fromPort, edge.error])).toEqual([
    ['main', false],
    ['true', false],
    ['case-7', false],
    ['error', true],
  ]);
});

test('positions are kept, but laid out anew when nodes lie on each other', () => {
  expect(graph.nodes[1]!.position).toEqual({ x: 220, y: 0 });
  const piled = {
    ...definition,
    nodes: definition.nodes.map((node) => ({ ...node, position: [0, 0] as [number, number] })),
  };
  const spots = toCanvasGraph(piled, types).nodes.map((node) => `${node.position.x},${node.position.y}`);
  expect(new Set(spots).size).toBe(4);
});

const stepOf = (nodeId: string, status: 'running' | 'succeeded' | 'failed' | 'skipped', counts = {}) => ({
  nodeId,
  path: nodeId,
  status,
  attempts: 1,
  startedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: status === 'running' ? null : '2026-01-01T00:00:01.500Z',
  outputCounts: counts,
});

test('a node shows the most telling of its passes and all of their items', () => {
  const states = toNodeStates([
    stepOf('if', 'succeeded', { true: 2 }),
    stepOf('if', 'running'),
    stepOf('if', 'succeeded', { true: 1, false: 4 }),
    stepOf('no', 'skipped'),
  ]);
  expect(states.get('if')).toMatchObject({ status: 'running', passes: 3, durationMs: 3_000 });
  expect([...states.get('if')!.outputCounts]).toEqual([
    ['true', 3],
    ['false', 4],
  ]);
  expect(states.get('no')!.status).toBe('skipped');
});

test('edges count what went over them and move while the target works', () => {
  const states = toNodeStates([
    stepOf('start', 'succeeded', { main: 5 }),
    stepOf('if', 'succeeded', { true: 5 }),
    stepOf('yes', 'running'),
  ]);
  expect(toEdgeStates(definition, states)).toEqual([
    { count: 5, active: false, entered: false },
    { count: 5, active: true, entered: false },
    { count: 0, active: false, entered: false },
    { count: 0, active: false, entered: false },
  ]);
  expect(toEdgeStates(definition, new Map())[0]).toEqual({
    count: undefined,
    active: false,
    entered: false,
  });
});

test('an edge into the body of a loop tells that it was entered, not that nothing went over it', () => {
  const inPass = (pass: number) => ({ ...stepOf('if', 'succeeded', { true: 1 }), path: `start#${pass}/if` });
  const states = toNodeStates([stepOf('start', 'succeeded', { done: 2 }), inPass(0), inPass(1)]);
  expect(toEdgeStates(definition, states)[0]).toEqual({ count: undefined, active: false, entered: true });
});

test('arrow keys lead to the nearest node on that side', () => {
  const walk = (from: string, key: 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown') =>
    toNearestNode(graph.nodes, from, key)?.id;
  expect(walk('start', 'ArrowRight')).toBe('if');
  expect(walk('yes', 'ArrowDown')).toBe('no');
  expect(walk('no', 'ArrowLeft')).toBe('if');
  expect(walk('start', 'ArrowLeft')).toBeUndefined();
  expect(walk('gone', 'ArrowLeft')).toBeUndefined();
});

test('the first view shows all of a small graph and the beginning of a long one', () => {
  const size = { width: 1_000, height: 600 };
  const view = toFirstView(graph.nodes, size);
  expect(graph.nodes.every((node) => isInView(node, view, size))).toBe(true);
  const long = graph.nodes.map((node, index) => ({ ...node, position: { x: index * 3_000, y: 0 } }));
  const start = toFirstView(long, size);
  expect(start.zoom).toBeGreaterThan(0.6);
  expect(long.map((node) => isInView(node, start, size))).toEqual([true, false, false, false]);
  expect(toFirstView([], size)).toEqual({ x: 0, y: 0, zoom: 1 });
});
