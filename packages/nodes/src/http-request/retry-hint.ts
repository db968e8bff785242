import type { RetryHint } from '@navette/kit';
import { DateTime } from 'luxon';

const longestWaitMs = 86_400_000;
const worthAnotherTry = new Set([408, 425, 429]);

/**
 * Whether and when another try makes sense after a response that failed: at the time that Retry-After names (429 and
 * 503, RFC 9110 §10.2.3: seconds or an HTTP date; at most a day), by the step's own policy for what tends to pass
 * (408, 425, 429, 5xx), never for the rest.
 */
export function retryHintOf(status: number, retryAfter: string | undefined, nowMs: number): RetryHint {
  const afterMs = status === 429 || status === 503 ? parseRetryAfter(retryAfter, nowMs) : undefined;
  if (afterMs !== undefined) return { afterMs };
  return worthAnotherTry.has(status) || status >= 500 ? 'default' : 'never';
}

function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d{1,15}(?:\.\d+)?$/.test(text)) return Math.min(Math.ceil(Number(text) * 1_000), longestWaitMs);
  const date = DateTime.fromHTTP(text);
  return date.isValid ? Math.min(Math.max(0, date.toMillis() - nowMs), longestWaitMs) : undefined;
}
