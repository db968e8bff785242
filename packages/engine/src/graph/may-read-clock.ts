import type { Json } from '@navette/kit';

/** What the language has that depends on the present moment. A text that only looks like it costs a write, no more. */
const clockWords = /[nN]ow|\$today|Date|Intl|toLocale|toRelative|isInLast/;

/** Whether a template in these parameters may read the time. */
export function mayReadClock(parameters: Json): boolean {
  if (typeof parameters === 'string') return parameters.includes('{{') && clockWords.test(parameters);
  if (parameters === null || typeof parameters !== 'object') return false;
  return Object.values(parameters).some(mayReadClock);
}
