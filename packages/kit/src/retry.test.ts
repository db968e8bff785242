import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RetryPolicy, retryDelayMs } from './retry.ts';

const policy = (over: Partial<RetryPolicy>): RetryPolicy => ({
  maxAttempts: 9,
  backoff: 'exponential',
  delayMs: 100,
  maxDelayMs: 1_000,
  jitter: 0,
  ...over,
});

describe('retryDelayMs', () => {
  it.each([
    ['fixed', [100, 100, 100, 100, 100]],
    ['linear', [100, 200, 300, 400, 500]],
    ['exponential', [100, 200, 400, 800, 1_000]],
  ] as const)('%s', (backoff, delays) => {
    expect([1, 2, 3, 4, 5].map((n) => retryDelayMs(policy({ backoff }), n, 0.5))).toEqual(delays);
  });

  it('takes its whole jitter, to both sides', () => {
    const delays = [0, 0.5, 1].map((random) => retryDelayMs(policy({ jitter: 0.2 }), 3, random));
    expect(delays).toEqual([320, 400, 480]);
  });

  it('stays within its jitter and never goes below zero or overflows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (n, random) => {
          const delay = retryDelayMs(policy({ jitter: 0.2 }), n, random);
          expect(delay).toBeGreaterThanOrEqual(80);
          expect(delay).toBeLessThanOrEqual(1_200);
        },
      ),
    );
  });
});
