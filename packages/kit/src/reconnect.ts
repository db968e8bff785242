import { retryDelayMs } from './retry.ts';

/** How long to leave alone what could not be reached: on average, after the first failure and after many. */
export interface ReconnectPace {
  delayMs: number;
  maxDelayMs: number;
}

/**
 * Milliseconds before the next try at something that many processes may have lost at the same moment: later and later, and
 * spread over half to one and a half times of that, so that they do not come back to it in step. `random` is in [0, 1).
 */
export function reconnectDelayMs(pace: ReconnectPace, failures: number, random: number): number {
  const policy = {
    ...pace,
    maxAttempts: Number.POSITIVE_INFINITY,
    backoff: 'exponential',
    jitter: 0.5,
  } as const;
  return retryDelayMs(policy, failures, random);
}
