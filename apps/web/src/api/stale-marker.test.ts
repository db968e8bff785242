import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStaleMarker } from './stale-marker.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function collect() {
  const marks: string[] = [];
  return { marks, marker: createStaleMarker((key) => marks.push(key.join('/'))) };
}

test('marks the lists and the detail of what changed', () => {
  const { marks, marker } = collect();
  marker.onEvent('execution-changed', { executionId: 'exe_1', workflowId: 'wfl_1', status: 'running' });
  expect(marks).toEqual(['executions/list', 'approvals', 'executions/detail/exe_1']);
  marker.stop();
});

test('does not ask again for a workflow that was deleted', () => {
  const { marks, marker } = collect();
  marker.onEvent('workflow-changed', { workflowId: 'wfl_1', change: 'deleted' });
  expect(marks).toEqual(['workflows/list', 'workflows/webhooks']);
  marker.stop();
});

test('marks at once, then once more after the quiet time, however many events came', () => {
  const { marks, marker } = collect();
  for (let count = 0; count < 500; count += 1) marker.onEvent('execution-changed', { executionId: 'exe_1' });
  expect(marks.filter((mark) => mark === 'executions/list')).toHaveLength(1);
  vi.advanceTimersByTime(800);
  expect(marks.filter((mark) => mark === 'executions/list')).toHaveLength(2);
  vi.advanceTimersByTime(10_000);
  expect(marks.filter((mark) => mark === 'executions/list')).toHaveLength(2);
});

test('marks everything after a gap, and nothing for what it does not know', () => {
  const { marks, marker } = collect();
  marker.onEvent('resync', undefined);
  marker.onEvent('something-else', { executionId: 'exe_1' });
  marker.onEvent('execution-changed', 'text');
  expect(marks).toEqual(['executions', 'approvals', 'workflows']);
  marker.stop();
});
