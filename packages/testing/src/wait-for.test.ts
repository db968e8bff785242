import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { waitFor, waitForEvent } from './wait-for.ts';

test('returns the first truthy value', async () => {
  let asked = 0;
  expect(await waitFor(() => ++asked === 3 && 'third')).toBe('third');
  expect(asked).toBe(3);
});

test('gives up with the words it was given', async () => {
  const waiting = waitFor(() => false, { timeoutMs: 1, what: 'the impossible' });
  await expect(waiting).rejects.toThrow('Waited 1 ms for the impossible in vain');
});

test('an event resolves with its arguments, an error event rejects, silence times out', async () => {
  const emitter = new EventEmitter();
  const done = waitForEvent(emitter, 'done');
  emitter.emit('done', 1, 'two');
  expect(await done).toEqual([1, 'two']);
  const failed = waitForEvent(emitter, 'done');
  emitter.emit('error', new Error('broken'));
  await expect(failed).rejects.toThrow('broken');
  await expect(waitForEvent(emitter, 'done', { timeoutMs: 1 })).rejects.toThrow('in vain');
});
