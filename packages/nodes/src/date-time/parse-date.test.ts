import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { parseDate } from './parse-date.ts';

function iso(value: unknown, zone = 'UTC'): string | null | undefined {
  return parseDate(value, zone)?.toUTC().toISO();
}

describe('parseDate', () => {
  it.each([
    ['2024-03-31T12:00:00Z', '2024-03-31T12:00:00.000Z'],
    ['2024-03-31T12:00:00.5+02:00', '2024-03-31T10:00:00.500Z'],
    ['2023-05-17T10:52:32+0000', '2023-05-17T10:52:32.000Z'],
    ['1997-07-16T19:20+01:00', '1997-07-16T18:20:00.000Z'],
    ['2024-03-31', '2024-03-31T00:00:00.000Z'],
    ['2024-W13-7', '2024-03-31T00:00:00.000Z'],
    ['20240331', '2024-03-31T00:00:00.000Z'],
    ['2024-03-31 12:00:00', '2024-03-31T12:00:00.000Z'],
    ['Sun, 31 Mar 2024 12:00:00 +0000', '2024-03-31T12:00:00.000Z'],
    ['Sun, 31 Mar 2024 12:00:00 GMT', '2024-03-31T12:00:00.000Z'],
    [1_711_886_400, '2024-03-31T12:00:00.000Z'],
    [1_711_886_400_000, '2024-03-31T12:00:00.000Z'],
    ['1711886400', '2024-03-31T12:00:00.000Z'],
    [0, '1970-01-01T00:00:00.000Z'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [DateTime.fromMillis(0), '1970-01-01T00:00:00.000Z'],
  ])('%j is %s', (value, expected) => {
    expect(iso(value)).toBe(expected);
  });

  it.each([
    '',
    '  ',
    'soon',
    '7',
    '2024',
    '12:30',
    'T12:30',
    '31/03/2024',
    '2024-02-30',
    true,
    null,
    undefined,
    [],
    {},
    Number.NaN,
    1e20,
    new Date('x'),
  ])('%j is no date', (value) => {
    expect(parseDate(value, 'UTC')).toBeUndefined();
  });

  it('reads what has no zone in the given one, and gives the date in it', () => {
    expect(parseDate('2024-03-31T12:00:00', 'Europe/Paris')?.toISO()).toBe('2024-03-31T12:00:00.000+02:00');
    expect(parseDate('2024-03-31T12:00:00Z', 'Europe/Paris')?.toISO()).toBe('2024-03-31T14:00:00.000+02:00');
  });
});
