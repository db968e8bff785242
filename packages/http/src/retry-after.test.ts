import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxRetryAfterMs, parseRetryAfter } from './retry-after.ts';

const now = Date.UTC(1994, 10, 6, 8, 49, 0);

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7_000],
    ['1.5', 1_500],
    ['99999999999999999999', maxRetryAfterMs],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
    ['Sun Nov  6 08:49:37 1994', 37_000],
    ['sun, 06 nov 1994 08:49:37 gmt', 37_000],
    ['Sun, 06 Nov 1994 08:48:00 GMT', 0],
    ['Sun, 06 Nov 2094 08:48:00 GMT', maxRetryAfterMs],
    ['Saturday, 06-Nov-43 08:49:37 GMT', maxRetryAfterMs],
    ['Saturday, 06-Nov-45 08:49:37 GMT', 0],
  ])('%s means %i ms', (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });

  it.each([
    undefined,
    null,
    '',
    ' ',
    '-1',
    '+5',
    '1e3',
    '0x10',
    'soon',
    'Sun, 31 Feb 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Xxx 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37 CET',
    '1994-11-06T08:49:37Z',
  ])('%j is unreadable', (header) => {
    expect(parseRetryAfter(header, now)).toBeUndefined();
  });

  it('reads back every date that JavaScript prints', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 86_400 }),
        fc.integer({ min: 0, max: 4e9 }),
        (ahead, nowSeconds) => {
          const header = new Date((nowSeconds + ahead) * 1000).toUTCString();
          expect(parseRetryAfter(header, nowSeconds * 1000)).toBe(ahead * 1000);
        },
      ),
    );
  });
});
