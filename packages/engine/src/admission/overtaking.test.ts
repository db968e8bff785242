import { expect, it } from 'vitest';
import { Overtaking } from './overtaking.ts';

const active = (counts: Record<string, number>) => () =>
  Object.entries(counts).flatMap(([id, count]) => Array.from({ length: count }, () => id));

it('lets everybody start while the queue holds no more than fits', () => {
  const overtaking = new Overtaking(8);
  overtaking.note(false, [], active({}));
  expect(overtaking.mustQueue('a', active({ a: 7 }))).toBe(false);
});

it('leaves those who wait a share of the places', () => {
  const overtaking = new Overtaking(8);
  overtaking.note(true, [], active({}));
  expect(overtaking.mustQueue('a', active({ a: 3 }))).toBe(false);
  expect(overtaking.mustQueue('a', active({ a: 4 }))).toBe(true);
  // A project with nothing at work is not made to wait behind the crowd.
  expect(overtaking.mustQueue('b', active({ a: 7 }))).toBe(false);
  overtaking.note(false, [], active({}));
  expect(overtaking.mustQueue('a', active({ a: 7 }))).toBe(false);
});

it('lets the line take seven of eight places while the queue has only who holds more than a share', () => {
  const overtaking = new Overtaking(8);
  expect(overtaking.turnsOfLine).toBe(1);
  overtaking.note(true, ['a'], active({ a: 4, b: 1 }));
  expect(overtaking.turnsOfLine).toBe(7);
  // A claim that took nothing has learnt nothing.
  overtaking.note(true, [], active({ a: 4, b: 1 }));
  expect(overtaking.turnsOfLine).toBe(7);
  overtaking.note(true, ['c'], active({ a: 4, b: 1 }));
  expect(overtaking.turnsOfLine).toBe(1);
});

it('gives the line a turn where there is one place', () => {
  const overtaking = new Overtaking(1);
  overtaking.note(true, ['a'], active({}));
  expect(overtaking.turnsOfLine).toBe(1);
});
