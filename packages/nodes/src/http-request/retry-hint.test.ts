import { expect, test } from 'vitest';
import { retryHintOf } from './retry-hint.ts';

const now = Date.UTC(2026, 10, 21, 8, 0, 0);

test.each([
  [429, '2', { afterMs: 2_000 }],
  [503, '0', { afterMs: 0 }],
  [503, '1.5', { afterMs: 1_500 }],
  [429, 'Sat, 21 Nov 2026 08:00:30 GMT', { afterMs: 30_000 }],
  [429, 'Saturday, 21-Nov-26 08:00:30 GMT', { afterMs: 30_000 }],
  [429, 'Sat Nov 21 08:00:30 2026', { afterMs: 30_000 }],
  [503, 'Fri, 20 Nov 2026 08:00:00 GMT', { afterMs: 0 }],
  [429, '99999999', { afterMs: 86_400_000 }],
  [429, 'Thu, 21 Nov 2030 08:00:00 GMT', { afterMs: 86_400_000 }],
  [429, 'soon', 'default'],
  [429, '-5', 'default'],
  [429, undefined, 'default'],
  [500, '5', 'default'],
  [408, undefined, 'default'],
  [425, undefined, 'default'],
  [502, undefined, 'default'],
  [404, '5', 'never'],
  [400, undefined, 'never'],
  [401, undefined, 'never'],
  [302, undefined, 'never'],
])('%i with Retry-After %j gives %j', (status, header, expected) => {
  expect(retryHintOf(status, header, now)).toEqual(expected);
});
