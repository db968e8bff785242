import { expect, it } from 'vitest';
import { Overtaking } from './overtaking.ts';

const active = (counts: Record<string, number>) => () =>
  Object.entries(counts).flatMap(([id, count]) => Array.from({ length: count }, () => id));

it('lets everybody start while the queue holds no more than fits', () => {
  const overtaking = new Overtaking(8);
  overtaking.note(8, 7);
  expect(overtaking.mustQueue('a', active({ a: 7 }))).toBe(false);
});

it('leaves those who wait a share of the places', () => {
  const overtaking = new Overtaking(8);
  overtaking.note(3, 3);
  expect(overtaking.mustQueue('a', active({ a: 3 }))).toBe(false);
  expect(overtaking.mustQueue('a', active({ a: 4 }))).toBe(true);
  // A project with nothing at work is not made to wait behind the crowd.
  expect(overtaking.mustQueue('b', active({ a: 7 }))).toBe(false);
  overtaking.note(3, 1);
  expect(overtaking.mustQueue('a', active({ a: 7 }))).toBe(false);
});
