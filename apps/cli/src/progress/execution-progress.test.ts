import { expect, test } from 'vitest';
import type { LiveRecord } from '../api/live-record.ts';
import { createStyle } from '../output/style.ts';
import { createDetail, createStep } from '../testing/fixture-api.ts';
import { describeRecord } from './describe-record.ts';
import { ExecutionProgress } from './execution-progress.ts';
import { renderProgress } from './render-progress.ts';

const error = {
  code: 'HTTP_STATUS',
  message: 'It answered 503',
  kind: 'operational',
  retryable: true,
} as const;
const base = Date.UTC(2026, 10, 21, 7, 38, 20);

const steps = [
  createStep('start', 'Start'),
  createStep('fetch', 'Fetch'),
  createStep('wait', 'Wait a bit'),
  createStep('no', 'Not taken'),
];

/** A run that retries, is taken over, waits and succeeds. */
const records: LiveRecord[] = [
  { type: 'execution-started', at: base, fence: 1, worker: 'a' },
  {
    type: 'step-completed',
    at: base,
    path: 'start',
    startedAt: base,
    attempts: 1,
    outputCounts: { main: 2 },
  },
  { type: 'step-started', at: base + 10, path: 'fetch', attempt: 1, item: 0 },
  { type: 'attempt-failed', at: base + 20, path: 'fetch', attempt: 1, item: 0, error, retryAt: base + 1_020 },
  { type: 'execution-recovered', at: base + 900, fence: 2, worker: 'b', from: 'a' },
  { type: 'step-started', at: base + 1_020, path: 'fetch', attempt: 2, item: 0 },
  {
    type: 'item-completed',
    at: base + 1_100,
    path: 'fetch',
    item: 0,
    attempts: 2,
    outputCounts: { main: 1 },
  },
  { type: 'item-failed', at: base + 1_200, path: 'fetch', item: 1, attempts: 1, error },
  {
    type: 'step-completed',
    at: base + 1_300,
    path: 'fetch',
    startedAt: base + 10,
    attempts: 2,
    outputCounts: { main: 1, error: 1 },
    logs: [{ at: base + 1_250, message: 'two\nlines' }],
    error,
  },
  { type: 'step-skipped', at: base + 1_300, path: 'no' },
  {
    type: 'step-waiting',
    at: base + 1_300,
    path: 'wait',
    startedAt: base + 1_300,
    attempt: 1,
    wakeAt: base + 5_000,
  },
  { type: 'execution-waiting', at: base + 1_310, wakeAt: base + 5_000, reason: 'Waits until noon' },
  { type: 'execution-started', at: base + 5_000, fence: 3, worker: 'b' },
  {
    type: 'step-completed',
    at: base + 5_010,
    path: 'wait',
    startedAt: base + 1_300,
    attempts: 1,
    outputCounts: { main: 1 },
  },
  { type: 'execution-finished', at: base + 5_020, status: 'succeeded' },
] as LiveRecord[];

function applyFirst(count: number): ExecutionProgress {
  const progress = new ExecutionProgress(createDetail({ steps }) as never);
  for (const record of records.slice(0, count)) progress.apply(record);
  return progress;
}

function render(
  progress: ExecutionProgress,
  more: { columns?: number; rows?: number; notice?: string } = {},
) {
  return renderProgress(progress, {
    columns: more.columns ?? 100,
    rows: more.rows ?? 24,
    now: base + 1_050,
    tick: 0,
    style: createStyle(false),
    notice: more.notice,
  });
}

test('the view before anything has happened', () => {
  expect(render(applyFirst(0))).toEqual([
    '· Start       ',
    '· Fetch       ',
    '· Wait a bit  ',
    '· Not taken   ',
    `${'░'.repeat(24)} 0/4 · queued`,
  ]);
});

test('the view of a step that is tried again', () => {
  expect(render(applyFirst(4))).toEqual([
    '✓ Start       2 items · 0 ms',
    '↻ Fetch       again in 0 ms · 1.0 s · It answered 503',
    '· Wait a bit  ',
    '· Not taken   ',
    `${'█'.repeat(6)}${'░'.repeat(18)} 1/4 · running · 1.1 s`,
  ]);
});

test('the view after a take-over, with the connection lost', () => {
  const lines = render(applyFirst(7), { notice: 'connection lost, waiting for the server…' });
  expect(lines[1]).toBe('⠋ Fetch       1 item done · attempt 2 · 1.0 s · It answered 503');
  expect(lines.at(-1)).toBe(
    `${'█'.repeat(6)}${'░'.repeat(18)} 1/4 · connection lost, waiting for the server… · 1.1 s · 1 take-over`,
  );
});

test('the view at the end', () => {
  const progress = applyFirst(records.length);
  expect(render(progress)).toEqual([
    '✓ Start       2 items · 0 ms',
    '✓ Fetch       2 items · attempt 2 · 1.3 s · It answered 503',
    '✓ Wait a bit  1 item · 3.7 s',
    '– Not taken   ',
    `${'█'.repeat(24)} 4/4 · succeeded · 5.0 s · 1 take-over`,
  ]);
});

test('a view never outgrows the screen: steps at work stay, lines are cut', () => {
  const lines = render(applyFirst(4), { rows: 5, columns: 40 });
  expect(lines).toEqual([
    '✓ Start  2 items · 0 ms',
    '↻ Fetch  again in 0 ms · 1.0 s · It an…',
    '  and 2 more steps',
    `${'█'.repeat(6)}${'░'.repeat(18)} 1/4 · running…`,
  ]);
});

test('steps that were open when the execution ended are cancelled', () => {
  const progress = applyFirst(3);
  progress.apply({ type: 'execution-finished', at: base + 30, status: 'cancelled' });
  expect(progress.step('fetch')).toMatchObject({ status: 'cancelled', endedAt: base + 30 });
  expect(progress.step('wait')!.status).toBe('pending');
});

test('a step that the detail did not name is added under its path', () => {
  const progress = applyFirst(0);
  progress.apply({ type: 'step-skipped', at: base, path: 'new#1' });
  expect(progress.steps().at(-1)).toMatchObject({ path: 'new#1', name: 'new#1', status: 'skipped' });
});

test('the lines of a log', () => {
  const progress = new ExecutionProgress(createDetail({ steps }) as never);
  const lines = records.flatMap((record) => {
    progress.apply(record);
    return describeRecord(record, progress, createStyle(false));
  });
  expect(lines).toEqual([
    '07:38:20  a worker took it up',
    '07:38:20  Start  done  2 items, 0 ms',
    '07:38:20  Fetch  started, item 0',
    '07:38:20  Fetch  attempt 1 failed, item 0: It answered 503; the next one in 1.0 s',
    '07:38:20  recovered: the worker before stopped in the middle, another one goes on',
    '07:38:21  Fetch  started, attempt 2, item 0',
    '07:38:21  Fetch  failed, item 1: It answered 503',
    '07:38:21  Fetch  done  2 items, 1.3 s, 2 attempts; its error goes on: It answered 503',
    '          | two',
    '          | lines',
    '07:38:21  Not taken  skipped',
    '07:38:21  Wait a bit  waiting until 2026-11-21T07:38:25.000Z',
    '07:38:21  waiting: Waits until noon',
    '07:38:25  a worker took it up',
    '07:38:25  Wait a bit  done  1 item, 3.7 s',
    '07:38:25  succeeded in 5.0 s',
  ]);
});

test('the line of a failed step and of its execution', () => {
  const progress = applyFirst(3);
  const describe = (record: LiveRecord) => {
    progress.apply(record);
    return describeRecord(record, progress, createStyle(false));
  };
  const failed: LiveRecord = {
    type: 'step-failed',
    at: base + 50,
    path: 'fetch',
    startedAt: base,
    attempts: 1,
    error,
  };
  expect(describe(failed)).toEqual(['07:38:20  Fetch  failed: It answered 503 (HTTP_STATUS)']);
  expect(describe({ type: 'execution-finished', at: base + 60, status: 'failed', error })).toEqual([
    '07:38:20  failed in 60 ms: It answered 503',
  ]);
});

test('steps of passes take the place of their node, and the last ones are kept', () => {
  const loop = [createStep('each', 'For each'), createStep('a', 'Send')];
  const progress = new ExecutionProgress(createDetail({ steps: loop }) as never);
  const complete = (pass: number) =>
    progress.apply({
      type: 'step-completed',
      at: base,
      path: `each#${pass}/a`,
      startedAt: base,
      attempts: 1,
      outputCounts: { main: 1 },
    });
  complete(0);
  expect(progress.steps().map((step) => step.name)).toEqual(['For each', 'Send (each#0)']);
  for (let pass = 1; pass < 1_000; pass++) complete(pass);
  expect(progress.steps()).toHaveLength(201);
  expect([progress.doneCount, progress.stepCount]).toEqual([1_000, 1_001]);
});
