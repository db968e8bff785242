/** When to try again. `fixed`: always `delayMs`; `linear`: ×n; `exponential`: ×2^(n-1); each capped, with jitter. */
export interface RetryPolicy {
  /** Tries in all, the first included; 1 means no retry. */
  maxAttempts: number;
  backoff: 'fixed' | 'linear' | 'exponential';
  delayMs: number;
  maxDelayMs: number;
  /** 0 to 1: the share of the delay that is random. 0.2 spreads the delay over 80 to 120 % of itself. */
  jitter: number;
}

export const noRetry: RetryPolicy = {
  maxAttempts: 1,
  backoff: 'fixed',
  delayMs: 0,
  maxDelayMs: 0,
  jitter: 0,
};

/** Milliseconds to wait after the given failed attempt (1 = the first). `random` is in [0, 1). */
export function retryDelayMs(policy: RetryPolicy, failedAttempt: number, random: number): number {
  const n = Math.max(1, failedAttempt);
  const factor = policy.backoff === 'fixed' ? 1 : policy.backoff === 'linear' ? n : 2 ** Math.min(n - 1, 30);
  const base = Math.min(policy.delayMs * factor, policy.maxDelayMs);
  const spread = base * policy.jitter;
  return Math.max(0, Math.round(base - spread + 2 * spread * random));
}
