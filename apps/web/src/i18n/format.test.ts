import { expect, test } from 'vitest';
import { createFormatter } from './format.ts';

const en = createFormatter('en');
const fr = createFormatter('fr');

test('durations have at most two units', () => {
  expect(
    [0, 340, 999.4, 2_400, 59_940, 59_960, 192_000, 3_600_000, 5_025_000, 90_000_000].map(en.duration),
  ).toEqual(['0ms', '340ms', '999ms', '2.4s', '59.9s', '1m', '3m 12s', '1h', '1h 23m', '1d 1h']);
  expect(fr.duration(2_400)).toBe('2,4s');
});

test('sizes', () => {
  expect([0, 174, 13_400, 5_250_000].map(en.bytes)).toEqual(['0 bytes', '174 bytes', '13.4 kB', '5.3 MB']);
  expect(fr.bytes(13_400)).toMatch(/^13,4\sko$/);
});

test('times as seen from now', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  const ago = (seconds: number) => en.relative(new Date(now - seconds * 1_000).toISOString(), now);
  expect([0, 4, 42, 60, 3_599, 7_200, 90_000, -7_200].map(ago)).toEqual([
    'now',
    'now',
    '42 seconds ago',
    '1 minute ago',
    '59 minutes ago',
    '2 hours ago',
    'yesterday',
    'in 2 hours',
  ]);
  expect(fr.relative('2026-11-21T11:57:00Z', now)).toBe('il y a 3 minutes');
});
