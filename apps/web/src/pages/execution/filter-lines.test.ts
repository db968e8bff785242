import { expect, test } from 'vitest';
import { filterLines } from './filter-lines.ts';

const at = '2026-01-01T00:00:00.000Z';
const lines = [
  { at, message: 'Order 1' },
  { at, message: 'no rate for ORDER 2', level: 'warn' as const },
  { at, message: 'gave up', level: 'error' as const },
  { at, message: 'order 3', level: 'debug' as const },
];
const read = (text: string, troubles = false) =>
  filterLines(lines, { text, troubles }).map(({ message }) => message);

test('lines are found by a part of them, and by their level', () => {
  expect(read('')).toHaveLength(4);
  expect(read(' order ')).toEqual(['Order 1', 'no rate for ORDER 2', 'order 3']);
  expect(read('', true)).toEqual(['no rate for ORDER 2', 'gave up']);
  expect(read('order', true)).toEqual(['no rate for ORDER 2']);
});
