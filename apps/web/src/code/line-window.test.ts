import { expect, test } from 'vitest';
import { toLineWindow } from './line-window.ts';

const text = Array.from({ length: 9 }, (_, index) => `l${index + 1}`).join('\n');
const read = (marked: number | undefined, count: number) => {
  const { first, lines } = toLineWindow(text, marked, count);
  return [first, lines.join(' ')];
};

test('the marked line stands in the middle, where there is room', () => {
  expect(read(5, 3)).toEqual([4, 'l4 l5 l6']);
  expect(read(1, 3)).toEqual([1, 'l1 l2 l3']);
  expect(read(9, 3)).toEqual([7, 'l7 l8 l9']);
  expect(read(undefined, 2)).toEqual([1, 'l1 l2']);
  expect(read(40, 3)).toEqual([7, 'l7 l8 l9']);
  expect(read(2, 100)[0]).toBe(1);
});

test('all ends of lines count', () => {
  expect(toLineWindow('a\r\nb\rc\n', 2, 10)).toEqual({ first: 1, lines: ['a', 'b', 'c', ''], total: 4 });
});
