import { expect, test } from 'vitest';
import { Tally } from './tally.ts';

test('a value counts in the first bucket that holds it, above the last in the one after', () => {
  const tally = new Tally([1, 10]);
  for (const value of [0, 1, 1.5, 10, 11, 1_000]) tally.add(value);
  expect(tally.counts).toEqual([2, 2, 2]);
  expect(tally.count).toBe(6);
  expect(tally.sum).toBe(1_023.5);
});

test('a negative duration counts, and does not make the sum shrink', () => {
  const tally = new Tally([1]);
  tally.add(5);
  tally.add(-3);
  expect(tally.counts).toEqual([1, 1]);
  expect(tally.sum).toBe(5);
});

test('tallies add up', () => {
  const [one, other] = [new Tally([1, 10]), new Tally([1, 10])];
  one.add(0.5);
  other.add(5);
  other.add(50);
  one.addAll(other);
  expect(one.counts).toEqual([1, 1, 1]);
  expect(one.sum).toBe(55.5);
});
