import { expect, test } from 'vitest';
import { formatCount, formatDuration, formatLines, formatSize, formatText, formatTime } from './format.ts';

test.each([
  [0, '0 ms'],
  [-5, '0 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [4_100, '4.1 s'],
  [59_949, '59.9 s'],
  [59_950, '1 min 00 s'],
  [125_000, '2 min 05 s'],
  [3_599_600, '1 h 00 min'],
  [11_040_000, '3 h 04 min'],
  [86_400_000 * 2 + 3_600_000 * 3, '2 d 03 h'],
])('%d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_536, '1.5 KiB'],
  [3 * 1024 * 1024, '3.0 MiB'],
  [5_000 * 1024 * 1024 * 1024, '5000.0 GiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

test('text of other people cannot move the cursor', () => {
  expect(formatText('a\u001b[2Jb\rc\u009b31md\n')).toBe('a [2Jb c 31md ');
  expect(formatLines('one\r\ntwo\u0007\rthree')).toEqual(['one', 'two ', 'three']);
});

test('counts, times', () => {
  expect(formatCount(1, 'item')).toBe('1 item');
  expect(formatCount(0, 'item')).toBe('0 items');
  expect(formatTime('2026-11-21T07:38:29.123Z')).toBe('2026-11-21 07:38:29');
  expect(formatTime(null)).toBe('');
});
