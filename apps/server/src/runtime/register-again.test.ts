import { createFakeClock } from '@navette/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { registerAgain } from './register-again.ts';

afterEach(() => void vi.restoreAllMocks());

/** A store that refuses so many times, and when it was asked. */
function openStore(refusals: number) {
  const clock = createFakeClock();
  const over = new AbortController();
  const startedAt = clock.now();
  const askedAt: number[] = [];
  const failures: unknown[] = [];
  const away = new Error('away');
  const done = registerAgain({
    clock,
    signal: over.signal,
    async register() {
      askedAt.push(clock.now() - startedAt);
      if (askedAt.length <= refusals) throw away;
    },
    onFailed: (error) => failures.push(error),
  });
  return { askedAt, away, clock, done, failures, over };
}

test('tries about every second, not in step with others that lost it at the same moment', async () => {
  vi.spyOn(Math, 'random').mockReturnValueOnce(0).mockReturnValueOnce(0.75).mockReturnValueOnce(0.25);
  const { askedAt, away, clock, done, failures } = openStore(3);
  await clock.advance(10_000);
  expect(await done).toBe(true);
  expect(askedAt).toEqual([0, 500, 1_750, 2_500]);
  expect(failures).toEqual([away, away, away]);
});

test('ends with the signal, in the middle of a pause', async () => {
  const { askedAt, clock, done, over } = openStore(99);
  await clock.advance(0);
  over.abort();
  expect(await done).toBe(false);
  await clock.advance(10_000);
  expect(askedAt).toEqual([0]);
});
