import { Cron } from 'croner';
import { describe, expect, test } from 'vitest';
import { scheduleTrigger } from './index.ts';

function specOf(parameters: unknown) {
  return scheduleTrigger.schedule!(scheduleTrigger.parameters.parse(parameters));
}

/** Due instants in UTC from a start, to see that an expression means what its rule says. */
function dueAfter(rule: unknown, from: string, count: number): string[] {
  const { crons } = specOf({ rules: [rule] });
  const cron = new Cron(crons[0]!, { paused: true, timezone: 'UTC' });
  return cron.nextRuns(count, new Date(from)).map((date) => date.toISOString().slice(0, 16));
}

describe('rules become the cron expressions they describe', () => {
  test('minutes', () => {
    expect(dueAfter({ every: 'minutes', interval: 20 }, '2026-01-01T00:05:00Z', 3)).toEqual([
      '2026-01-01T00:20',
      '2026-01-01T00:40',
      '2026-01-01T01:00',
    ]);
    expect(specOf({ rules: [{ every: 'minutes', interval: 1 }] }).crons).toEqual(['* * * * *']);
    expect(specOf({ rules: [{ every: 'minutes', interval: 60 }] }).crons).toEqual(['0 * * * *']);
  });

  test('hours', () => {
    expect(dueAfter({ every: 'hours', interval: 8, minute: 30 }, '2026-01-01T00:00:00Z', 4)).toEqual([
      '2026-01-01T00:30',
      '2026-01-01T08:30',
      '2026-01-01T16:30',
      '2026-01-02T00:30',
    ]);
    expect(specOf({ rules: [{ every: 'hours', interval: 24 }] }).crons).toEqual(['0 0 * * *']);
  });

  test('days start over on the first of the month', () => {
    expect(dueAfter({ every: 'days', interval: 10, hour: 6 }, '2026-01-12T00:00:00Z', 4)).toEqual([
      '2026-01-21T06:00',
      '2026-01-31T06:00',
      '2026-02-01T06:00',
      '2026-02-11T06:00',
    ]);
  });

  test('week: 2026-01-05 is a Monday', () => {
    const rule = { every: 'week', weekdays: ['sunday', 'monday'], hour: 9, minute: 15 };
    expect(dueAfter(rule, '2026-01-05T00:00:00Z', 3)).toEqual([
      '2026-01-05T09:15',
      '2026-01-11T09:15',
      '2026-01-12T09:15',
    ]);
  });

  test('month: the 31st leaves out short months, the last day does not', () => {
    expect(dueAfter({ every: 'month', day: 31 }, '2026-01-31T12:00:00Z', 2)).toEqual([
      '2026-03-31T00:00',
      '2026-05-31T00:00',
    ]);
    expect(dueAfter({ every: 'month', day: 'last', hour: 23 }, '2026-02-01T00:00:00Z', 2)).toEqual([
      '2026-02-28T23:00',
      '2026-03-31T23:00',
    ]);
  });

  test('several rules, time zone and policy', () => {
    expect(
      specOf({
        rules: [
          { every: 'cron', expression: ' 0 9 * * MON-FRI ' },
          { every: 'cron', expression: '*/10 * * * * *' },
          { every: 'cron', expression: '0 9 * * MON-FRI' },
        ],
        timeZone: 'Europe/Paris',
        missedRuns: 'run-all',
      }),
    ).toEqual({
      crons: ['0 9 * * MON-FRI', '*/10 * * * * *'],
      timeZone: 'Europe/Paris',
      missedRuns: 'run-all',
    });
  });

  test('without a time zone the specification has none', () => {
    expect(specOf({ rules: [{ every: 'minutes', interval: 15 }] })).toEqual({
      crons: ['*/15 * * * *'],
      missedRuns: 'run-once',
    });
  });
});

describe('refusals', () => {
  test.each([
    ['four fields', '* * * *', 'must have five fields, or six with seconds first'],
    ['seven fields', '0 0 0 * * * 2030', 'must have five fields, or six with seconds first'],
    ['a nickname', '@daily', 'must have five fields, or six with seconds first'],
    ['a day that never comes', '0 0 31 2 *', 'never comes due'],
  ])('cron with %s', (_name, expression, message) => {
    const result = scheduleTrigger.parameters.safeParse({ rules: [{ every: 'cron', expression }] });
    expect(result.error!.issues).toEqual([
      expect.objectContaining({ path: ['rules', 0, 'expression'], message }),
    ]);
  });

  test.each(['60 * * * *', '* 24 * * *', 'a b c d e', '*/0 * * * *', '5-1 * * * *'])(
    'cron "%s" out of range',
    (expression) => {
      const result = scheduleTrigger.parameters.safeParse({ rules: [{ every: 'cron', expression }] });
      expect(result.error!.issues[0]!.message).toMatch(/^is not a cron expression: ./);
    },
  );

  test('29 February is fine', () => {
    const rules = [{ every: 'cron', expression: '0 0 29 2 *' }];
    expect(scheduleTrigger.parameters.safeParse({ rules }).success).toBe(true);
  });

  test.each([
    ['minutes that do not divide the hour', { rules: [{ every: 'minutes', interval: 45 }] }],
    ['hours that do not divide the day', { rules: [{ every: 'hours', interval: 5 }] }],
    ['no rule', { rules: [] }],
    ['a weekday twice', { rules: [{ every: 'week', weekdays: ['monday', 'monday'] }] }],
    ['40 days', { rules: [{ every: 'days', interval: 40 }] }],
    ['cron without an expression', { rules: [{ every: 'cron' }] }],
    ['an unknown field', { rules: [{ every: 'minutes', second: 3 }] }],
    ['an unknown zone', { rules: [{ every: 'minutes' }], timeZone: 'Mars/Olympus' }],
  ])('%s', (_name, parameters) => {
    expect(scheduleTrigger.parameters.safeParse(parameters).success).toBe(false);
  });
});
