/** What every ExecutionQueue must do. A queue's test calls `describeExecutionQueue` with a way to open one on a world. */
import { createUuid } from '@navette/kit';
import { createTestDatabase, type TestDatabase, waitFor } from '@navette/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ClaimingEngine, ExecutionQueue } from '../execution-queue.ts';
import { DispatchWorld } from './dispatch-world.ts';

export interface QueueUnderTest {
  /** A queue of a process on that world that runs up to so many executions at once; it leads unless said otherwise. */
  open(world: DispatchWorld, options: { places: number; leads?: boolean }): Promise<ExecutionQueue>;
  /** Resolves when the queue itself has an entry for the execution, where it has such. */
  awaitEntry(executionId: string): Promise<void>;
}

const limit = { timeoutMs: 30_000 };

export function describeExecutionQueue(name: string, openUnderTest: () => Promise<QueueUnderTest>): void {
  describe(`${name}: execution queue`, { timeout: 90_000 }, () => {
    let test: TestDatabase;
    let world: DispatchWorld;
    let under: QueueUnderTest;
    const stops: (() => Promise<void>)[] = [];

    beforeAll(async () => {
      test = await createTestDatabase();
    });
    beforeEach(async () => {
      world = await DispatchWorld.open(test.connectionString);
      under = await openUnderTest();
    });
    afterEach(async () => {
      world.openGate();
      for (const stop of stops.splice(0)) await stop();
      await world.close();
    });
    afterAll(() => test.drop());

    const openQueue = (places: number, leads = true) => under.open(world, { places, leads });
    const openWorker = async (
      places: number,
      { leads = true, wrap }: { leads?: boolean; wrap?: (engine: ClaimingEngine) => ClaimingEngine } = {},
    ) => {
      const worker = await world.openWorker(await openQueue(places, leads), places, wrap);
      stops.push(() => worker.stop());
      return worker;
    };
    const awaitStarted = (count: number) =>
      waitFor(() => world.started.length >= count, { ...limit, what: `${count} executions to start` });
    const awaitEnded = (count: number) =>
      waitFor(async () => (await world.countByStatus())['succeeded'] === count, {
        ...limit,
        what: `${count} executions to end`,
      });

    it('hands out what was queued, each once, as places become free, and holds a place until its execution rests', async () => {
      const { queue } = await openWorker(2);
      const ids = await world.createQueued(5);
      queue.enqueue(ids);
      await awaitStarted(2);
      expect(await world.countByStatus()).toEqual({ running: 2, queued: 3 });
      const [first] = world.started;
      world.openGate([first!]);
      await awaitStarted(3);
      expect(await world.countByStatus()).toEqual({ succeeded: 1, running: 2, queued: 2 });
      world.openGate();
      await awaitEnded(5);
      expect([...world.started].sort()).toEqual([...ids].sort());
    });

    it('takes an execution that parks out of its place, and hands it out again when it is queued again', async () => {
      const { queue } = await openWorker(1);
      const [nap] = await world.createQueued(1, { kind: 'nap' });
      queue.enqueue([nap!]);
      await waitFor(async () => (await queue.metrics()).delayed === 1, limit);
      const [gate] = await world.createQueued(1);
      queue.enqueue([gate!]);
      await awaitStarted(1);
      world.openGate();
      queue.enqueue(await world.endNaps());
      await awaitEnded(2);
      expect(world.started).toEqual([gate, nap]);
    });

    it('shrugs off deliveries that come twice, in any order, to several processes, or for what is over', async () => {
      world.openGate();
      const one = await openWorker(3);
      const two = await openWorker(3, { leads: false });
      const ids = await world.createQueued(30);
      one.queue.enqueue([...ids].reverse());
      two.queue.enqueue(ids);
      one.queue.enqueue(ids);
      await awaitEnded(30);
      two.queue.enqueue(ids);
      one.queue.enqueue([...ids, '00000000-0000-7000-8000-00000000dead']);
      const [last] = await world.createQueued(1);
      two.queue.enqueue([last!]);
      await awaitEnded(31);
      expect([...world.started].sort()).toEqual([...ids, last!].sort());
    });

    it('finds what nobody told it of', async () => {
      await openWorker(2);
      world.openGate();
      await world.createQueued(3);
      await awaitEnded(3);
    });

    it('finds what a dead worker had at work', async () => {
      const dead = await openWorker(2);
      const ids = await world.createQueued(2);
      dead.queue.enqueue(ids);
      await awaitStarted(2);
      const next = await openWorker(2, { leads: false });
      world.openGate();
      next.queue.enqueue(await dead.die());
      await awaitEnded(2);
      expect(await world.countByStatus()).toEqual({ succeeded: 2 });
    });

    it('lets a high one overtake a hundred normal ones that wait', async () => {
      const { queue } = await openWorker(1);
      const [first] = await world.createQueued(1);
      queue.enqueue([first!]);
      await awaitStarted(1);
      const normal = await world.createQueued(100);
      queue.enqueue(normal);
      await under.awaitEntry(normal[0]!);
      const [high] = await world.createQueued(1, { priority: 'high' });
      queue.enqueue([high!]);
      await under.awaitEntry(high!);
      world.openGate([first!]);
      await awaitStarted(2);
      expect(world.started).toEqual([first, high]);
    });

    it('gives a project that is alone every place', async () => {
      const { engine, queue } = await openWorker(8);
      queue.enqueue(await world.createQueued(9));
      await awaitStarted(8);
      expect([engine.active, engine.free]).toEqual([8, 0]);
      world.openGate();
      await awaitEnded(9);
    });

    it('keeps a place from a project that has all the others, as long as another one starts executions', async () => {
      const worker = await openWorker(8);
      const { engine, queue } = worker;
      const quiet = createUuid();
      const first = await world.startIn(worker, quiet);
      await awaitStarted(1);
      queue.enqueue(await world.createQueued(9));
      await awaitStarted(8);
      world.openGate([first]);
      await awaitEnded(1);
      queue.poll();
      expect(await queue.metrics()).toMatchObject({ active: 7, waiting: 2 });
      expect(engine.openToAll).toBe(0);
      const second = await world.startIn(worker, quiet);
      await awaitStarted(9);
      expect(world.started.at(-1)).toBe(second);
      expect(await world.countByStatus()).toMatchObject({ running: 8, queued: 2 });
      world.openGate([second]);
      await awaitEnded(2);
      // An hour without the quiet one.
      await world.endNaps();
      await awaitStarted(10);
      expect(await world.countByStatus()).toMatchObject({ running: 8, queued: 1 });
      world.openGate();
      await awaitEnded(11);
    });

    it('gives a kept place to what another project has queued', async () => {
      const worker = await openWorker(8);
      const quiet = createUuid();
      const first = await world.startIn(worker, quiet);
      await awaitStarted(1);
      const loud = await world.createQueued(12);
      worker.queue.enqueue(loud);
      await awaitStarted(8);
      world.openGate([first]);
      await awaitEnded(1);
      const [second] = await world.createQueued(1, { projectId: quiet });
      worker.queue.enqueue([second!]);
      await awaitStarted(9);
      expect(world.started.at(-1)).toBe(second);
      expect(await world.countByStatus()).toMatchObject({ running: 8, queued: 5 });
      world.openGate();
      await awaitEnded(14);
    });

    it('does not hand out before its time what waits for a time', async () => {
      const { queue } = await openWorker(2);
      const naps = await world.createQueued(2, { kind: 'nap' });
      queue.enqueue(naps);
      await waitFor(async () => (await queue.metrics()).delayed === 2, limit);
      queue.enqueue(naps);
      world.openGate();
      const ids = await world.createQueued(5);
      queue.enqueue(ids);
      await awaitEnded(5);
      expect(await queue.metrics()).toMatchObject({ delayed: 2, completed: 5, total: 7 });
      queue.enqueue(await world.endNaps());
      await awaitEnded(7);
      expect(world.started.slice(5).sort()).toEqual([...naps].sort());
    });

    it('hands out nothing while it is paused, in no process, also after a restart', async () => {
      const one = await openWorker(2);
      const two = await openWorker(2, { leads: false });
      await two.queue.pause();
      // The others hear of it with their next poll, or when they are asked.
      expect(await one.queue.isPaused()).toBe(true);
      const ids = await world.createQueued(3);
      one.queue.enqueue(ids);
      two.queue.enqueue(ids);
      const restarted = await openWorker(2, { leads: false });
      await waitFor(async () => (await restarted.queue.metrics()).paused === 3, limit);
      for (const { queue } of [one, two, restarted]) {
        queue.poll();
        await queue.clean();
      }
      expect(await one.queue.metrics()).toMatchObject({ isPaused: true, paused: 3, waiting: 0, active: 0 });
      expect(world.started).toEqual([]);
      world.openGate();
      await restarted.queue.resume();
      await awaitEnded(3);
      expect(await one.queue.metrics()).toMatchObject({ isPaused: false, paused: 0, completed: 3 });
    });

    it('holds starts back while it is paused, in each process once that has asked, also after a restart', async () => {
      const one = await openWorker(2);
      const two = await openWorker(2, { leads: false });
      expect(one.queue.holdsStarts).toBe(false);
      await one.queue.pause();
      expect(one.queue.holdsStarts).toBe(true);
      expect(await two.queue.isPaused()).toBe(true);
      expect(two.queue.holdsStarts).toBe(true);
      const restarted = await openQueue(2, false);
      await restarted.settled();
      expect(restarted.holdsStarts).toBe(true);
      await restarted.stop();
      await two.queue.resume();
      expect(two.queue.holdsStarts).toBe(false);
      expect(await one.queue.isPaused()).toBe(false);
      expect(one.queue.holdsStarts).toBe(false);
    });

    it('lets go on what runs while it is paused', async () => {
      const { queue } = await openWorker(1);
      queue.enqueue(await world.createQueued(1));
      await awaitStarted(1);
      await queue.pause();
      world.openGate();
      await awaitEnded(1);
    });

    it('forgets what was cancelled', async () => {
      const { queue } = await openWorker(1);
      const [first] = await world.createQueued(1);
      queue.enqueue([first!]);
      await awaitStarted(1);
      const [cancelled, kept] = await world.createQueued(2);
      queue.enqueue([cancelled!, kept!]);
      await under.awaitEntry(cancelled!);
      expect((await world.cancel(cancelled!)).outcome).toBe('cancelled');
      await queue.remove(cancelled!);
      expect((await queue.metrics()).waiting).toBe(1);
      world.openGate();
      await awaitEnded(2);
      expect(world.started).toEqual([first, kept]);
    });

    it('hands out again what could not be claimed, sooner when it is told to retry', async () => {
      let isAway = true;
      let refusals = 0;
      const { queue } = await openWorker(1, {
        wrap: (engine) => ({
          get free() {
            return engine.free;
          },
          get openToAll() {
            return engine.openToAll;
          },
          keepsFrom: (projectId) => engine.keepsFrom(projectId),
          runningIds: () => engine.runningIds(),
          claim(ids) {
            if (!isAway) return engine.claim(ids);
            refusals += 1;
            return Promise.reject(new Error('The store is away'));
          },
        }),
      });
      const [id] = await world.createQueued(1);
      queue.enqueue([id!]);
      await waitFor(() => refusals > 0, limit);
      const before = refusals;
      expect(await queue.retry(id!)).toBe(true);
      await waitFor(() => refusals > before, limit);
      isAway = false;
      await queue.retry(id!);
      await awaitStarted(1);
      world.openGate();
      await awaitEnded(1);
      expect(await queue.retry(id!)).toBe(false);
    });

    it('cleans away what no queued execution stands behind', async () => {
      const { queue } = await openWorker(1);
      const [first] = await world.createQueued(1);
      queue.enqueue([first!]);
      await awaitStarted(1);
      const [stale] = await world.createQueued(1);
      queue.enqueue([stale!]);
      await under.awaitEntry(stale!);
      await world.cancel(stale!);
      await queue.clean();
      // Its own look at things may have been faster.
      expect(queue.health().repairs.removed).toBe(1);
      expect(await queue.clean()).toBe(0);
    });

    it('counts executions by state', async () => {
      const { queue } = await openWorker(1);
      const [nap] = await world.createQueued(1, { kind: 'nap' });
      queue.enqueue([nap!]);
      await waitFor(async () => (await queue.metrics()).delayed === 1, limit);
      const ids = await world.createQueued(4);
      queue.enqueue(ids);
      await awaitStarted(1);
      expect(await queue.metrics()).toEqual({
        isPaused: false,
        waiting: 3,
        active: 1,
        completed: 0,
        failed: 0,
        delayed: 1,
        paused: 0,
        total: 5,
      });
      const waiting = ids.find((id) => id !== world.started[0])!;
      await world.cancel(waiting);
      world.openGate();
      await awaitEnded(3);
      expect(await queue.metrics()).toMatchObject({ waiting: 0, active: 0, delayed: 1, total: 5 });
    });

    it('is in good health', async () => {
      const { queue } = await openWorker(1);
      expect(queue.health()).toMatchObject({ ok: true, mode: 'queue', repairs: { added: 0, removed: 0 } });
      expect(() => queue.assertAccepts()).not.toThrow();
    });

    it('drains when it stops: what runs ends, what waits is left to others', async () => {
      const worker = await openWorker(2);
      const ids = await world.createQueued(6);
      worker.queue.enqueue(ids);
      await awaitStarted(2);
      const stopped = worker.queue.stop(() => worker.engine.drain(20_000));
      world.openGate(world.started.slice(0, 2));
      await stopped;
      expect(worker.engine.active).toBe(0);
      expect(world.started).toHaveLength(2);
      expect((await world.countByStatus())['running']).toBeUndefined();
      world.openGate();
      await openWorker(2);
      await awaitEnded(6);
      expect(new Set(world.started)).toEqual(new Set(ids));
    });
  });
}
