import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startPatientTimeout } from './patient-timeout.ts';

/** Nothing of this process runs meanwhile, as when the machine is paused. */
const pause = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test('a pause counts for little, and what is left is waited for', async () => {
  const over = Promise.withResolvers<void>();
  let isOver = false;
  void over.promise.then(() => {
    isOver = true;
  });
  const timeout = startPatientTimeout(1_500, over.resolve);
  pause(2_500);
  for (let turns = 0; turns < 5; turns += 1) await turn();
  expect(isOver).toBe(false);
  expect(timeout.elapsedMs()).toBeLessThan(1_500);
  await over.promise;
  expect(timeout.elapsedMs()).toBeGreaterThanOrEqual(1_500);
});

test('it acts once, and not when it was stopped', async () => {
  const acts: string[] = [];
  const stopped = startPatientTimeout(1, () => acts.push('stopped'));
  stopped.stop();
  await new Promise<void>((resolve) => startPatientTimeout(20, () => resolve(void acts.push('acted'))));
  expect(acts).toEqual(['acted']);
});
