import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countLines, parseConsolePart } from './console-lines.ts';
import {
  applyConsolePart,
  applyLiveEvents,
  attemptLimit,
  compareEventIds,
  emptyHistory,
} from './execution-history.ts';
import { type LiveEvent, type LiveRecord, parseLiveEvent } from './live-record.ts';

function number(records: readonly LiveRecord[]): LiveEvent[] {
  return records.map((record, index) => ({ id: `${index + 1}.0`, record }));
}

const failure = { code: 'HTTP_TIMEOUT', message: 'no answer', kind: 'operational', retryable: true } as const;

const retried: LiveRecord[] = [
  { type: 'execution-started', at: 100, fence: 1, worker: 'w1' },
  { type: 'step-completed', at: 110, path: 'start', startedAt: 105, attempts: 1, outputCounts: { main: 3 } },
  { type: 'step-started', at: 120, path: 'get', attempt: 1 },
  { type: 'attempt-failed', at: 150, path: 'get', attempt: 1, error: failure, retryAt: 200 },
  { type: 'step-started', at: 200, path: 'get', attempt: 2 },
  {
    type: 'step-completed',
    at: 240,
    path: 'get',
    startedAt: 120,
    attempts: 2,
    outputCounts: { main: 2, error: 1 },
    logs: [{ at: 230, message: 'done' }],
  },
  { type: 'step-skipped', at: 241, path: 'other' },
  { type: 'execution-finished', at: 250, status: 'succeeded' },
];

describe('applyLiveEvents', () => {
  test('follows a step through a failed attempt to its end', () => {
    const history = applyLiveEvents(emptyHistory, number(retried));
    expect(history).toMatchObject({ status: 'succeeded', startedAt: 100, endedAt: 250, lastEventId: '8.0' });
    expect(history.steps.get('start')).toMatchObject({
      status: 'succeeded',
      startedAt: 105,
      endedAt: 110,
      outputCounts: { main: 3 },
      attempts: [{ number: 1, startedAt: 105, endedAt: 110 }],
    });
    expect(history.steps.get('get')).toMatchObject({
      status: 'succeeded',
      attemptCount: 2,
      outputCounts: { main: 2, error: 1 },
      logs: [{ at: 230, message: 'done' }],
      attempts: [
        { number: 1, startedAt: 120, endedAt: 150, error: failure, retryAt: 200 },
        { number: 2, startedAt: 200, endedAt: 240, error: undefined },
      ],
    });
    expect(history.steps.get('other')).toMatchObject({ status: 'skipped', startedAt: undefined });
  });

  test('shows the pause before the next attempt', () => {
    const history = applyLiveEvents(emptyHistory, number(retried.slice(0, 4)));
    expect(history.steps.get('get')).toMatchObject({ status: 'retrying', wakeAt: 200, error: failure });
  });

  test('keeps who took over after a crash, and goes on running', () => {
    const history = applyLiveEvents(
      emptyHistory,
      number([
        retried[0]!,
        { type: 'execution-waiting', at: 120, wakeAt: 900, reason: 'Waits' },
        { type: 'execution-recovered', at: 130, fence: 2, worker: 'w2', from: 'w1' },
      ]),
    );
    expect(history).toMatchObject({
      status: 'running',
      wakeAt: undefined,
      reason: undefined,
      recoveries: [{ at: 130, worker: 'w2', from: 'w1' }],
    });
  });

  test('cuts open steps off when the execution is cancelled', () => {
    const history = applyLiveEvents(
      emptyHistory,
      number([...retried.slice(0, 3), { type: 'execution-finished', at: 130, status: 'cancelled' }]),
    );
    expect(history.steps.get('get')).toMatchObject({ status: 'cancelled', endedAt: 130 });
    expect(history.steps.get('start')).toMatchObject({ status: 'succeeded' });
  });

  test('counts items of a step that works item by item', () => {
    const history = applyLiveEvents(
      emptyHistory,
      number([
        { type: 'step-started', at: 1, path: 'get', attempt: 1, item: 0 },
        { type: 'item-completed', at: 2, path: 'get', item: 0, attempts: 1, outputCounts: { main: 1 } },
        { type: 'step-started', at: 3, path: 'get', attempt: 1, item: 1 },
        { type: 'item-failed', at: 4, path: 'get', item: 1, attempts: 1, error: failure },
      ]),
    );
    expect(history.steps.get('get')).toMatchObject({
      status: 'running',
      itemsDone: 1,
      itemsFailed: 1,
      attempts: [
        { item: 0, startedAt: 1, endedAt: 2 },
        { item: 1, startedAt: 3, endedAt: 4, error: failure },
      ],
    });
  });

  test('keeps a bounded number of attempts', () => {
    const records = Array.from(
      { length: attemptLimit + 50 },
      (_, item): LiveRecord => ({ type: 'step-started', at: item, path: 'get', attempt: 1, item }),
    );
    expect(applyLiveEvents(emptyHistory, number(records)).steps.get('get')!.attempts).toHaveLength(
      attemptLimit,
    );
  });

  test('changes nothing when events come again, and nothing in place', () => {
    const events = number(retried);
    const history = applyLiveEvents(emptyHistory, events);
    expect(applyLiveEvents(history, events.slice(2, 6))).toBe(history);
    expect(emptyHistory.steps.size).toBe(0);
    const before = applyLiveEvents(emptyHistory, events.slice(0, 3));
    applyLiveEvents(before, events.slice(3));
    expect(before.steps.get('get')).toMatchObject({ status: 'running' });
  });

  test('gives the same history however the stream was cut and repeated', () => {
    const events = number(retried);
    const whole = applyLiveEvents(emptyHistory, events);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(events.length), fc.nat(3)), { maxLength: 8 }), (cuts) => {
        let history = emptyHistory;
        let at = 0;
        for (const [upTo, back] of cuts) {
          history = applyLiveEvents(history, events.slice(Math.max(0, at - back), Math.max(at, upTo)));
          at = Math.max(at, upTo);
        }
        expect(applyLiveEvents(history, events.slice(at))).toEqual(whole);
      }),
    );
  });
});

test('event ids are compared as numbers', () => {
  expect(compareEventIds('10.0', '9.5')).toBeGreaterThan(0);
  expect(compareEventIds('2.10', '2.9')).toBeGreaterThan(0);
  expect(compareEventIds('2.1', '2.1')).toBe(0);
  expect(compareEventIds('nonsense', '1.0')).toBeLessThan(0);
});

test('only messages of the known form are events', () => {
  const record = { type: 'step-skipped', at: 1, path: 'a' };
  expect(parseLiveEvent({ id: '1.0', record })).toEqual({ id: '1.0', record });
  for (const other of [
    undefined,
    null,
    'x',
    {},
    { id: '1.0' },
    { id: 1, record },
    { id: '1.0', record: { at: 1 } },
  ]) {
    expect(parseLiveEvent(other)).toBeUndefined();
  }
});

test('passes of loops are gathered, but for the last ones and those that failed', () => {
  const events = Array.from({ length: 2_000 }, (_, pass) => ({
    id: `${pass + 1}.0`,
    record:
      pass === 3
        ? {
            type: 'step-failed' as const,
            at: 2,
            path: `each#${pass}/a`,
            startedAt: 1,
            attempts: 1,
            error: { code: 'X', message: 'X', kind: 'user' as const, retryable: false },
          }
        : {
            type: 'step-completed' as const,
            at: 3,
            path: `each#${pass}/a`,
            startedAt: 1,
            attempts: 1,
            outputCounts: { main: 2 },
          },
  }));
  let history = emptyHistory;
  for (let at = 0; at < events.length; at += 100)
    history = applyLiveEvents(history, events.slice(at, at + 100));
  expect(history.steps.size).toBeLessThan(600);
  expect(history.steps.has('each#3/a')).toBe(true);
  expect(history.steps.has('each#1999/a')).toBe(true);
  const earlier = history.earlier.get('a')!;
  expect(earlier.count + history.steps.size).toBe(2_000);
  expect(earlier).toMatchObject({
    durationMs: earlier.count * 2,
    outputCounts: { main: earlier.count * 2 },
  });
});

describe('applyConsolePart', () => {
  const line = (message: string) => ({ at: 300, message });

  test('shows a step at work whose start was not told, with its lines', () => {
    const history = applyConsolePart(emptyHistory, { path: 'code', from: 0, lines: [line('a'), line('b')] });
    expect(history.steps.get('code')).toMatchObject({
      status: 'running',
      startedAt: 300,
      logs: [line('a'), line('b')],
    });
    const more = applyConsolePart(history, { path: 'code', from: 2, lines: [line('c')] });
    expect(more.steps.get('code')?.logs).toEqual([line('a'), line('b'), line('c')]);
    expect(history.steps.get('code')?.logs).toHaveLength(2);
  });

  test('a part from an earlier position takes the place of what followed it', () => {
    const history = applyConsolePart(emptyHistory, { path: 'code', from: 0, lines: [line('a'), line('b')] });
    const again = applyConsolePart(history, { path: 'code', from: 0, lines: [line('x')] });
    expect(again.steps.get('code')?.logs).toEqual([line('x')]);
  });

  test('lines that are left out are counted in their place, and the record has them', () => {
    const shown = (history: typeof emptyHistory) =>
      history.steps.get('code')?.logs.map(({ leftOut, message }) => leftOut ?? message);
    const begun = applyConsolePart(emptyHistory, { path: 'code', from: 0, lines: [line('a'), line('b')] });
    const gap = applyConsolePart(begun, { path: 'code', from: 5, skipped: 3, lines: [line('f')] });
    expect(shown(gap)).toEqual(['a', 'b', 3, 'f']);
    expect(countLines(gap.steps.get('code')!.logs)).toBe(6);
    const more = applyConsolePart(gap, { path: 'code', from: 6, lines: [line('g')] });
    expect(shown(more)).toEqual(['a', 'b', 3, 'f', 'g']);
    const again = applyConsolePart(more, { path: 'code', from: 4, lines: [line('e')] });
    expect(shown(again)).toEqual(['a', 'b', 2, 'e']);
    expect(parseConsolePart({ path: 'code', from: 1, skipped: 1, lines: [] })).toEqual({
      path: 'code',
      from: 1,
      skipped: 1,
      lines: [],
    });
  });

  describe('of a program, some of whose lines are on record', () => {
    const texts = (history: typeof emptyHistory) =>
      history.steps.get('p')?.logs.map(({ at, leftOut, message }) => leftOut ?? `${message} ${at}`);
    const wrote = (first: number, ...messages: string[]): LiveRecord => ({
      type: 'step-wrote',
      at: 400,
      path: 'p',
      first,
      lines: messages.map(line),
    });
    const recorded = applyLiveEvents(emptyHistory, number([wrote(0, 'a', 'b'), wrote(2, 'c')]));

    test('they are shown while it waits', () => {
      expect(texts(recorded)).toEqual(['a 300', 'b 300', 'c 300']);
    });

    test('a part changes none of them, whatever it leaves out', () => {
      const late = (message: string) => ({ at: 900, message });
      const lines = ['a', 'b', 'c', 'd'].map(late);
      const again = applyConsolePart(recorded, { path: 'p', from: 0, lines });
      expect(texts(again)).toEqual(['a 300', 'b 300', 'c 300', 'd 900']);
      const old = applyConsolePart(again, { path: 'p', from: 0, lines: lines.slice(0, 2) });
      expect(texts(old)).toEqual(texts(again));
      const gap = applyConsolePart(recorded, { path: 'p', from: 5, skipped: 5, lines: [late('f')] });
      expect(texts(gap)).toEqual(['a 300', 'b 300', 'c 300', 2, 'f 900']);
    });

    test('what was shown beyond them stays, and fills in once it is on record', () => {
      const ahead = applyConsolePart(emptyHistory, { path: 'p', from: 0, lines: ['a', 'b', 'c'].map(line) });
      const one = applyLiveEvents(ahead, number([wrote(0, 'a')]));
      expect(texts(one)).toEqual(['a 300', 'b 300', 'c 300']);
      const gap = applyConsolePart(one, { path: 'p', from: 6, skipped: 3, lines: [line('g')] });
      const filled = applyLiveEvents(gap, [{ id: '9.0', record: wrote(1, 'b', 'c', 'd') }]);
      expect(texts(filled)).toEqual(['a 300', 'b 300', 'c 300', 'd 300', 2, 'g 300']);
    });
  });

  test('what was on its way while the step ended changes nothing', () => {
    const ended = applyLiveEvents(emptyHistory, number(retried.slice(0, 6)));
    expect(applyConsolePart(ended, { path: 'get', from: 0, lines: [line('late')] })).toBe(ended);
  });
});
