import { expect, test } from 'vitest';
import { createFakeClock } from './fake-clock.ts';

test('wakes sleepers in order of their times, at their times', async () => {
  const clock = createFakeClock(1_000);
  const woken: [string, number][] = [];
  const sleep = async (name: string, ms: number) => {
    await clock.sleep(ms);
    woken.push([name, clock.now()]);
  };
  void sleep('late', 300);
  void sleep('early', 100);
  expect(clock.sleeping).toBe(2);
  expect(clock.nextWakeAt).toBe(1_100);
  await clock.advance(99);
  expect(woken).toEqual([]);
  await clock.advance(500);
  expect(woken).toEqual([
    ['early', 1_100],
    ['late', 1_300],
  ]);
  expect(clock.now()).toBe(1_599);
});

test('a sleeper that sleeps again inside the same advance wakes again', async () => {
  const clock = createFakeClock(0);
  const at: number[] = [];
  void (async () => {
    for (let i = 0; i < 3; i++) {
      await clock.sleep(10);
      at.push(clock.now());
    }
  })();
  await clock.advance(25);
  expect(at).toEqual([10, 20]);
  expect(clock.sleeping).toBe(1);
});

test('an aborted sleep rejects with the reason and is forgotten', async () => {
  const clock = createFakeClock(0);
  const abort = new AbortController();
  const sleep = clock.sleep(10, abort.signal);
  abort.abort(new Error('enough'));
  await expect(sleep).rejects.toThrow('enough');
  expect(clock.sleeping).toBe(0);
  await expect(clock.sleep(10, abort.signal)).rejects.toThrow('enough');
});
