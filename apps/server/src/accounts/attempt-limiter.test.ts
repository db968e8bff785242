import { expect, test } from 'vitest';
import { AttemptLimiter } from './attempt-limiter.ts';

test('so many attempts per window and key, then the time to wait', () => {
  let now = 1_000;
  const limiter = new AttemptLimiter({ attempts: 2, perMs: 60_000 }, () => now);
  expect([limiter.take('a'), limiter.take('a')]).toEqual([0, 0]);
  now += 10_000;
  expect(limiter.take('a')).toBe(50_000);
  expect(limiter.take('b')).toBe(0);
  now += 49_999;
  expect(limiter.take('a')).toBe(1);
  now += 1;
  expect(limiter.take('a')).toBe(0);
});

test('a success starts the account anew', () => {
  const limiter = new AttemptLimiter({ attempts: 1, perMs: 60_000 }, () => 0);
  limiter.take('a');
  limiter.forget('a');
  expect(limiter.take('a')).toBe(0);
  expect(limiter.take('a')).toBe(60_000);
});

test('memory is bounded: the oldest keys go first', () => {
  const limiter = new AttemptLimiter({ attempts: 1, perMs: 60_000 }, () => 0);
  limiter.take('first');
  for (let index = 0; index < 10_000; index++) limiter.take(`k${index}`);
  expect(limiter.take('k9999')).toBe(60_000);
  expect(limiter.take('first')).toBe(0);
});
