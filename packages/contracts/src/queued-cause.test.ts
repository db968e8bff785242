import { expect, test } from 'vitest';
import { describeMissing, findQueuedCause, queuedCauses } from './queued-cause.ts';

test('every sentence leads to its code, and can stand in SQL as it is', () => {
  for (const [cause, sentence] of Object.entries(queuedCauses)) {
    expect(findQueuedCause(sentence)).toEqual({ cause });
    expect(sentence).toMatch(/^[A-Z][a-z; ]+$/i);
  }
  expect(new Set(Object.values(queuedCauses)).size).toBe(Object.keys(queuedCauses).length);
});

test('what a worker lacks is named', () => {
  const missing = 'the node type "x" version 2';
  expect(findQueuedCause(describeMissing(missing))).toEqual({ cause: 'worker-with', missing });
  expect(findQueuedCause('In words of tomorrow')).toBeUndefined();
});
