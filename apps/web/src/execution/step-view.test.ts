import type { ExecutionDetail, ExecutionStatus, Step, WorkflowNode } from '@navette/contracts';
import { expect, test } from 'vitest';
import { applyLiveEvents, emptyHistory } from './execution-history.ts';
import { nodeIdOfPath, passesOfPath } from './step-path.ts';
import { mergeSteps } from './step-view.ts';

function step(path: string, change: Partial<Step> = {}): Step {
  return {
    path,
    nodeId: path,
    nodeName: path.toUpperCase(),
    nodeType: 'no-op',
    status: 'pending',
    attempts: 0,
    startedAt: null,
    finishedAt: null,
    wakeAt: null,
    error: null,
    outputCounts: {},
    reused: false,
    childExecutionId: null,
    logs: [],
    ...change,
  };
}

function detail(lastEventId: string, steps: Step[]): ExecutionDetail {
  return { lastEventId, steps } as ExecutionDetail;
}

const started = applyLiveEvents(emptyHistory, [
  { id: '2.0', record: { type: 'step-started', at: 1_000, path: 'a', attempt: 1 } },
]);

test('the live view wins once it has caught up', () => {
  const [merged] = mergeSteps(detail('1.0', [step('a')]), started, new Map());
  expect(merged).toMatchObject({
    status: 'running',
    attempts: 1,
    startedAt: '1970-01-01T00:00:01.000Z',
    nodeName: 'A',
    tries: [{ number: 1 }],
  });
});

test('an older live view does not undo what the server said', () => {
  const [merged] = mergeSteps(detail('3.0', [step('a', { status: 'succeeded' })]), started, new Map());
  expect(merged).toMatchObject({ status: 'succeeded', tries: [{ number: 1 }] });
});

test('a step that the server had not listed gets its name from the definition', () => {
  const node = { id: 'a', name: 'Fetch', type: 'http-request' } as WorkflowNode;
  const merged = mergeSteps(detail('1.0', [step('z')]), started, new Map([['a', node]]));
  expect(merged.map((one) => [one.path, one.nodeName, one.nodeType])).toEqual([
    ['a', 'Fetch', 'http-request'],
    ['z', 'Z', 'no-op'],
  ]);
});

test('a call of a program that the server had not listed is named and typed as it was made', () => {
  const call = (name?: string) => ({ nodeType: 'wait', digest: 'd', ...(name ? { name } : {}) });
  const history = applyLiveEvents(emptyHistory, [
    { id: '2.0', record: { type: 'call-made', at: 1_000, path: 'p/@sleep', call: call() } },
    { id: '2.1', record: { type: 'call-made', at: 1_000, path: 'p/@night', call: call('night') } },
  ]);
  const merged = mergeSteps(detail('1.0', []), history, new Map());
  expect(merged.map((one) => [one.path, one.nodeName, one.nodeType])).toEqual([
    ['p/@sleep', 'sleep', 'wait'],
    ['p/@night', 'night', 'wait'],
  ]);
});

test('a program of an execution that waits is not shown at work', () => {
  const program = step('p', { status: 'running', nodeType: 'program' });
  const read = (status: ExecutionStatus) =>
    mergeSteps({ ...detail('1.0', [program]), status }, emptyHistory, new Map())[0]?.status;
  expect(read('waiting')).toBe('waiting');
  expect(read('running')).toBe('running');
  const woken = applyLiveEvents(emptyHistory, [
    { id: '2.0', record: { type: 'step-started', at: 1_000, path: 'p', attempt: 1 } },
    { id: '2.1', record: { type: 'execution-started', at: 1_000 } as never },
  ]);
  const waiting = { ...detail('1.0', [program]), status: 'waiting' as const };
  expect(mergeSteps(waiting, woken, new Map())[0]?.status).toBe('running');
});

test('paths of loops and nested steps lead to their node', () => {
  expect(['get', 'get#3', 'loop#2/get', 'loop#2/get#1'].map(nodeIdOfPath)).toEqual([
    'get',
    'get',
    'get',
    'get',
  ]);
  expect(['get', 'loop#2/get', 'outer#0/inner#9/get'].map(passesOfPath)).toEqual([[], [3], [1, 10]]);
  expect(['program/@charge:2', 'loop#1/program/@charge'].map(passesOfPath)).toEqual([[], [2]]);
});

test('a node of a loop stands for itself until a pass has a step of it', () => {
  const live = applyLiveEvents(emptyHistory, [
    { id: '2.0', record: { type: 'step-started', at: 1_000, path: 'loop#0/a', attempt: 1 } },
  ]);
  const placeholder = { ...step('a'), nodeId: 'a' };
  const paths = (history: typeof live) =>
    mergeSteps(detail('1.0', [placeholder]), history, new Map()).map((one) => one.path);
  expect(paths(emptyHistory)).toEqual(['a']);
  expect(paths(live)).toEqual(['loop#0/a']);
});
