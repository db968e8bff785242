import { describe, expect, test } from 'vitest';
import type { StepView } from './step-view.ts';
import { toBars, toTicks, toTimeSpan } from './timeline-scale.ts';

const at = (ms: number) => new Date(ms).toISOString();

function step(change: Partial<StepView>): StepView {
  return {
    startedAt: null,
    finishedAt: null,
    status: 'succeeded',
    reused: false,
    tries: [],
    ...change,
  } as StepView;
}

const attempt = { item: undefined, error: undefined, retryAt: undefined };
const failure = { code: 'X', message: 'x', kind: 'operational', retryable: true } as const;

describe('toTimeSpan', () => {
  test('reaches from the start to the last end; what runs ends now', () => {
    const steps = [step({ startedAt: at(100), finishedAt: at(200) }), step({ startedAt: at(150) })];
    expect(toTimeSpan(steps, at(90), 500)).toEqual({ startMs: 90, endMs: 500 });
  });

  test('leaves out steps that were taken from another execution, and is never empty', () => {
    expect(toTimeSpan([step({ startedAt: at(1), finishedAt: at(2), reused: true })], at(90), 90)).toEqual({
      startMs: 90,
      endMs: 91,
    });
  });
});

describe('toBars', () => {
  const span = { startMs: 0, endMs: 1_000 };

  test('one bar for one attempt', () => {
    expect(toBars(step({ startedAt: at(100), finishedAt: at(600) }), span, 1_000)).toEqual([
      { kind: 'whole', left: 0.1, width: 0.5 },
    ]);
  });

  test('a bar per attempt with the pause between', () => {
    const tries = [
      { ...attempt, number: 1, startedAt: 100, endedAt: 200, error: failure, retryAt: 500 },
      { ...attempt, number: 2, startedAt: 500, endedAt: 800 },
    ];
    expect(toBars(step({ startedAt: at(100), finishedAt: at(800), tries }), span, 1_000)).toEqual([
      { kind: 'failed-attempt', attempt: 1, left: 0.1, width: 0.1 },
      { kind: 'pause', left: 0.2, width: 0.3 },
      { kind: 'attempt', attempt: 2, left: 0.5, width: 0.3 },
    ]);
  });

  test('a wait is one bar up to now; skipped and reused steps have none', () => {
    expect(toBars(step({ startedAt: at(200), status: 'waiting' }), span, 700)).toEqual([
      { kind: 'waiting', left: 0.2, width: 0.5 },
    ]);
    expect(toBars(step({ startedAt: at(200), status: 'skipped' }), span, 700)).toEqual([]);
    expect(toBars(step({ startedAt: at(200), reused: true }), span, 700)).toEqual([]);
    expect(toBars(step({}), span, 700)).toEqual([]);
  });
});

test('ticks are round and not more than wanted by much', () => {
  expect(toTicks({ startMs: 0, endMs: 5_000 }, 6)).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000]);
  expect(toTicks({ startMs: 0, endMs: 130_000 }, 4)).toEqual([0, 60_000, 120_000]);
  expect(toTicks({ startMs: 0, endMs: 3 * 86_400_000 }, 2)).toEqual([0, 2 * 86_400_000]);
  expect(toTicks({ startMs: 0, endMs: 1 }, 6).length).toBeLessThanOrEqual(7);
});
