import { silentLogger } from '@navette/kit';
import { expect, test, vi } from 'vitest';
import { InProcessDispatcher } from './in-process-dispatcher.ts';
import type { QueueSource, QueueState } from './queue-source.ts';

/** A queue whose state the test sets, and an engine that counts its claims. */
function openQueue(state: QueueState) {
  const looks: QueueState[] = [];
  const readState = async () => {
    looks.push({ ...state });
    return { ...state };
  };
  const queue = new InProcessDispatcher({
    logger: silentLogger,
    source: { readState } as unknown as QueueSource,
  });
  const claims: (readonly string[] | undefined)[] = [];
  const engine = {
    free: 4,
    openToAll: 4,
    keepsFrom: () => false,
    runningIds: () => [],
    claim: async (ids?: readonly string[]) => {
      claims.push(ids);
      return { count: 0, hasMore: false };
    },
  };
  queue.start(engine);
  return { queue, engine, claims, looks };
}

const idle: QueueState = { isPaused: false, hasWork: false };

test('a poll claims when there may be something, and costs one look when there is nothing', async () => {
  const state = { ...idle };
  const { claims, looks, queue } = openQueue(state);
  await queue.isPaused();
  const before = looks.length;
  queue.poll();
  await queue.isPaused();
  expect([claims.length, looks.length - before]).toEqual([0, 1]);
  state.hasWork = true;
  queue.poll();
  await vi.waitFor(() => expect(claims).toEqual([undefined]));
});

test('a poll while no place is free is made up for when one becomes free', async () => {
  const { claims, engine, queue } = openQueue({ ...idle, hasWork: true });
  await queue.isPaused();
  engine.free = 0;
  queue.poll();
  await queue.isPaused();
  expect(claims).toEqual([]);
  engine.free = 1;
  queue.wake();
  await vi.waitFor(() => expect(claims).toEqual([undefined]));
});

test('what it is told of is claimed by name, whatever the look said', async () => {
  const { claims, queue } = openQueue(idle);
  queue.poll();
  queue.enqueue(['a']);
  await vi.waitFor(() => expect(claims).toEqual([['a']]));
});

test('what was queued before a pause is found after it', async () => {
  const state = { ...idle, isPaused: true, hasWork: true };
  const { claims, queue } = openQueue(state);
  queue.poll();
  await queue.isPaused();
  expect([queue.holdsStarts, claims.length]).toEqual([true, 0]);
  state.isPaused = false;
  queue.poll();
  await vi.waitFor(() => expect(claims).toEqual([undefined]));
  expect(queue.holdsStarts).toBe(false);
});

test('a stop waits for the claim that is under way, and nothing is claimed after it, though there are places', async () => {
  const { claims, engine, queue } = openQueue({ ...idle, hasWork: true });
  const answer = Promise.withResolvers<{ count: number; hasMore: boolean }>();
  engine.claim = (ids) => {
    claims.push(ids);
    return answer.promise;
  };
  queue.poll();
  await vi.waitFor(() => expect(claims).toEqual([undefined]));
  const told: string[] = [];
  const stopped = queue.stop(async () => void told.push('drained')).then(() => told.push('stopped'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual([]);
  answer.resolve({ count: 1, hasMore: true });
  await stopped;
  expect(told).toEqual(['drained', 'stopped']);
  queue.poll();
  queue.enqueue(['a']);
  queue.wake();
  await queue.isPaused();
  await new Promise((resolve) => setImmediate(resolve));
  expect(claims).toEqual([undefined]);
});
