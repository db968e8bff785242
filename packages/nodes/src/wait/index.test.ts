import { runNode } from '@navette/testing';
import { describe, expect, test } from 'vitest';
import { wait } from './index.ts';

const nowMs = Date.UTC(2026, 2, 28, 12);
const inputs = [{ json: { id: 1 } }, { json: { id: 2 } }];
const linked = [
  { json: { id: 1 }, pairedItem: { item: 0 } },
  { json: { id: 2 }, pairedItem: { item: 1 } },
];

describe('an interval', () => {
  test.each([
    [2, 'seconds', 2_000],
    [1.5, 'minutes', 90_000],
    [36, 'hours', 129_600_000],
    [90, 'days', 7_776_000_000],
  ])('of %d %s', async (amount, unit, ms) => {
    const { suspension } = await runNode(wait, { parameters: { amount, unit }, inputs, nowMs });
    expect(suspension).toEqual({ suspend: 'until', wakeAtMs: nowMs + ms, outputs: { main: linked } });
  });

  test('of nothing goes on at once', async () => {
    const { outputs, suspension } = await runNode(wait, { parameters: { amount: 0 }, inputs, nowMs });
    expect(suspension).toBeUndefined();
    expect(outputs['main']).toEqual(linked);
  });

  test('from an expression', async () => {
    const parameters = { amount: '{{ $json.id * 2 }}', unit: 'seconds' };
    const { suspension } = await runNode(wait, { parameters, inputs, nowMs });
    expect(suspension).toMatchObject({ wakeAtMs: nowMs + 2_000 });
  });

  test('below zero or beyond ten years is refused', async () => {
    await expect(runNode(wait, { parameters: { amount: -1 } })).rejects.toMatchObject({
      code: 'NODE_PARAMETER_INVALID',
    });
    await expect(runNode(wait, { parameters: { amount: 4_000, unit: 'days' } })).rejects.toMatchObject({
      code: 'NODE_INPUT_INVALID',
    });
  });
});

describe('a date', () => {
  test.each([
    ['2026-03-29T06:00', 'Europe/Paris', '2026-03-29T04:00:00.000Z'],
    ['2026-03-29T06:00', 'UTC', '2026-03-29T06:00:00.000Z'],
    ['2026-03-29T06:00+09:00', 'Europe/Paris', '2026-03-28T21:00:00.000Z'],
    ['2026-04-01', 'America/New_York', '2026-04-01T04:00:00.000Z'],
  ])('%s in %s', async (until, timeZone, expected) => {
    const { suspension } = await runNode(wait, { parameters: { mode: 'until', until }, timeZone, nowMs });
    expect(suspension).toMatchObject({ suspend: 'until', wakeAtMs: Date.parse(expected) });
  });

  test('that has passed goes on at once', async () => {
    const parameters = { mode: 'until', until: '2026-03-28T12:00:00Z' };
    expect((await runNode(wait, { parameters, nowMs, inputs })).outputs['main']).toEqual(linked);
  });

  test.each(['', 'tomorrow', '2026-02-30'])('%j is refused', async (until) => {
    await expect(runNode(wait, { parameters: { mode: 'until', until } })).rejects.toThrow(/ISO 8601/);
  });
});
