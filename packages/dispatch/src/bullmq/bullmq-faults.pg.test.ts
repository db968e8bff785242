/** What the queue does when Redis is killed, emptied, frozen, full, locked, or shared. A real Redis for each. */
import { createUuid, type Logger } from '@navette/kit';
import { buryWorker, requeueOrphans } from '@navette/store';
import {
  createTestDatabase,
  failOnUnheardRejections,
  findRedisServer,
  type RedisServer,
  startRedisServer,
  type TestDatabase,
  waitFor,
} from '@navette/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DispatchWorld, type WorldWorker } from '../testing/dispatch-world.ts';
import { startWorkerProcess } from '../testing/worker-process.ts';
import { BullMqDispatcher } from './bullmq-dispatcher.ts';

failOnUnheardRejections(afterAll);

const hasRedis = findRedisServer() !== undefined;
const limit = { timeoutMs: 30_000 };
/** Where jobs wait in Redis. */
const line = '{navette-one}:executions:prioritized';

describe.skipIf(!hasRedis)(
  `BullMQ and a Redis that fails${hasRedis ? '' : ' (SKIPPED: no redis-server here)'}`,
  { timeout: 90_000 },
  () => {
    let test: TestDatabase;
    let redis: RedisServer;
    let world: DispatchWorld;
    let lines: { level: string; message: string; reason?: unknown }[];
    const stops: (() => Promise<void>)[] = [];

    beforeAll(async () => {
      test = await createTestDatabase();
    });
    beforeEach(async () => {
      lines = [];
      redis = await startRedisServer();
      world = await DispatchWorld.open(test.connectionString, createLog(lines));
    });
    afterEach(async () => {
      world.openGate();
      redis.thaw();
      for (const stop of stops.splice(0)) await stop();
      await world.close();
      await redis.stop();
    });
    afterAll(() => test.drop());

    const openQueue = async (options: {
      places: number;
      leads?: boolean;
      url?: string;
      namespace?: string;
    }) => {
      const { logger, source } = world;
      const { leads = true, namespace = 'one', places, url = redis.url } = options;
      const queue = new BullMqDispatcher({
        url,
        namespace,
        places,
        source,
        logger,
        beatMs: 100,
        reconcileMs: 300,
      });
      await queue.settled();
      queue.lead(leads);
      return queue;
    };
    const openWorker = async (places: number, leads = true): Promise<WorldWorker> => {
      const worker = await world.openWorker(await openQueue({ places, leads }), places);
      stops.push(() => worker.stop());
      return worker;
    };
    const awaitMode = (queue: BullMqDispatcher | WorldWorker['queue'], mode: string) =>
      waitFor(() => queue.health().mode === mode, { ...limit, what: `the mode ${mode}` });
    const awaitEnded = (count: number) =>
      waitFor(async () => (await world.countByStatus())['succeeded'] === count, {
        ...limit,
        what: `${count} executions to end`,
      });

    it('puts ids into Redis and nothing else', async () => {
      const { queue } = await openWorker(1);
      const ids = await world.createQueued(3);
      queue.enqueue(ids);
      await waitFor(() => world.started.length === 1, limit);
      const dump = async () => {
        const keys = (await redis.command('KEYS *')).match(/^\{.*$/gm) ?? [];
        const texts = await Promise.all(
          keys.map(async (key) => {
            const type = (await redis.command(`TYPE ${key.trim()}`)).split(/[+\r]/)[1];
            const read = {
              hash: 'HGETALL %',
              list: 'LRANGE % 0 -1',
              zset: 'ZRANGE % 0 -1',
              stream: 'XRANGE % - +',
            };
            const command = read[type as keyof typeof read] ?? 'GET %';
            return `${key} ${await redis.command(command.replace('%', key.trim()))}`;
          }),
        );
        return texts.join('\n');
      };
      const content = await waitFor(async () => {
        const text = await dump();
        return ids.every((id) => text.includes(id)) && text;
      }, limit);
      expect(content).not.toContain('canary-4711');
      expect(content).toContain(`{"executionId":"${ids[0]}"}`);
    });

    it('goes on when Redis is killed and comes back: nothing is lost, nothing runs twice', async () => {
      const { queue } = await openWorker(4);
      const other = await openWorker(4, false);
      const first = await world.createQueued(20);
      queue.enqueue(first);
      await waitFor(() => world.started.length === 8, limit);
      await redis.kill();
      await awaitMode(queue, 'direct');
      expect(queue.health()).toMatchObject({
        ok: false,
        detail: expect.stringContaining('Redis is out of reach'),
      });
      const second = await world.createQueued(20);
      other.queue.enqueue(second);
      world.openGate();
      await awaitEnded(40);
      world.started.splice(0).sort();
      await redis.start();
      await awaitMode(queue, 'queue');
      await awaitMode(other.queue, 'queue');
      const third = await world.createQueued(20);
      other.queue.enqueue(third);
      await awaitEnded(60);
      expect([...world.started].sort()).toEqual([...third].sort());
      const about = lines.filter(({ message }) => message.includes('Redis'));
      // Two processes, each with one line for the loss and one for the return.
      expect(about.filter(({ level }) => level === 'warn').length).toBeLessThanOrEqual(8);
    });

    it('loses nothing when Redis is emptied while 200 executions are queued', async () => {
      const one = await openWorker(5);
      await openWorker(5, false);
      const ids = await world.createQueued(200);
      one.queue.enqueue(ids);
      await waitFor(() => world.started.length === 10, limit);
      // Two waiting for each place: now there is something to lose.
      await waitFor(async () => (await redis.command(`ZCARD ${line}`)).includes(':20'), limit);
      expect(await redis.command('FLUSHALL')).toContain('+OK');
      await waitFor(() => one.queue.health().repairs.added > 0, { ...limit, what: 'repairs to be counted' });
      world.openGate();
      await waitFor(() => world.started.length >= 60, limit);
      expect(await redis.command('FLUSHALL')).toContain('+OK');
      await awaitEnded(200);
      expect([...world.started].sort()).toEqual([...ids].sort());
    });

    it('notices a Redis that stands still, is full, or has become a replica', async () => {
      const { queue } = await openWorker(2);
      redis.freeze();
      await awaitMode(queue, 'direct');
      world.openGate();
      queue.enqueue(await world.createQueued(5));
      await awaitEnded(5);
      redis.thaw();
      await awaitMode(queue, 'queue');
      await redis.command('CONFIG SET maxmemory 1');
      await awaitMode(queue, 'direct');
      queue.enqueue(await world.createQueued(5));
      await awaitEnded(10);
      await redis.command('CONFIG SET maxmemory 0');
      await awaitMode(queue, 'queue');
      queue.enqueue(await world.createQueued(5));
      await awaitEnded(15);
      await redis.command('REPLICAOF 127.0.0.1 1');
      await awaitMode(queue, 'direct');
      await waitFor(() => queue.health().detail.includes('READONLY'), limit);
      queue.enqueue(await world.createQueued(5));
      await awaitEnded(20);
      await redis.command('REPLICAOF NO ONE');
      await awaitMode(queue, 'queue');
      queue.enqueue(await world.createQueued(5));
      await awaitEnded(25);
    });

    it('refuses new executions in a process without an engine while Redis is away', async () => {
      const api = await openQueue({ places: 0 });
      stops.push(() => api.stop());
      expect(() => api.assertAccepts()).not.toThrow();
      await redis.kill();
      await awaitMode(api, 'refusing');
      expect(() => api.assertAccepts()).toThrowError(
        expect.objectContaining({ code: 'DISPATCH_UNAVAILABLE', status: 503, retry: { afterMs: 2_000 } }),
      );
      expect(api.health().ok).toBe(false);
      await redis.start();
      await awaitMode(api, 'queue');
      expect(() => api.assertAccepts()).not.toThrow();
    });

    it('starts without Redis, or with a wrong password, and says why', async () => {
      const locked = await startRedisServer({ password: 'right' });
      stops.push(() => locked.stop());
      const wrong = await openQueue({ places: 1, url: locked.url.replace(':right@', ':wrong@') });
      const worker = await world.openWorker(wrong, 1);
      stops.push(() => worker.stop());
      expect(wrong.health()).toMatchObject({
        ok: false,
        mode: 'direct',
        detail: expect.stringMatching(/WRONGPASS/),
      });
      world.openGate();
      wrong.enqueue(await world.createQueued(2));
      await awaitEnded(2);
      expect(JSON.stringify(lines)).not.toContain('wrong@');
      await redis.kill();
      const api = await openQueue({ places: 0, leads: false });
      stops.push(() => api.stop());
      expect(api.health()).toMatchObject({
        mode: 'refusing',
        detail: expect.stringContaining('ECONNREFUSED'),
      });
      const early = await openWorker(1);
      expect(early.queue.health()).toMatchObject({ mode: 'direct' });
      await redis.start();
      await awaitMode(early.queue, 'queue');
      await awaitMode(api, 'queue');
      await worker.stop();
      api.enqueue(await world.createQueued(2));
      await awaitEnded(4);
    });

    it('serves two installations on one Redis, each its own', async () => {
      const otherTest = await createTestDatabase();
      const otherWorld = await DispatchWorld.open(otherTest.connectionString);
      const { logger, source } = otherWorld;
      // What docs/guide/scaling.md says is enough.
      const rights = '~{navette-* &{navette-* +@all -@dangerous +info';
      await redis.command(`ACL SETUSER limited on >secret ${rights}`);
      const url = redis.url.replace('//', '//limited:secret@');
      const options = { url, namespace: 'two', places: 2, source, logger, beatMs: 100 };
      const otherQueue = new BullMqDispatcher(options);
      await otherQueue.settled();
      expect(otherQueue.health()).toMatchObject({ mode: 'queue' });
      otherQueue.lead(true);
      const otherWorker = await otherWorld.openWorker(otherQueue, 2);
      const { queue } = await openWorker(2);
      const [ours, theirs] = await Promise.all([world.createQueued(5), otherWorld.createQueued(5)]);
      world.openGate();
      otherWorld.openGate();
      queue.enqueue(ours);
      otherQueue.enqueue(theirs);
      await awaitEnded(5);
      await waitFor(async () => (await otherWorld.countByStatus())['succeeded'] === 5, limit);
      expect([...world.started].sort()).toEqual([...ours].sort());
      expect([...otherWorld.started].sort()).toEqual([...theirs].sort());
      for (const one of [queue, otherQueue])
        expect(one.health()).toMatchObject({ mode: 'queue', repairs: { added: 0, removed: 0 } });
      await otherWorker.stop();
      await otherWorld.close();
      await otherTest.drop();
    });

    it('removes jobs of executions that are over, and adds what a dead process took without claiming it', async () => {
      const { queue } = await openWorker(1);
      const [first] = await world.createQueued(1);
      queue.enqueue([first!]);
      await waitFor(() => world.started.length === 1, limit);
      const [stale, lost] = await world.createQueued(2);
      queue.enqueue([stale!, lost!]);
      const key = (id: string) => `{navette-one}:executions:${id}.0`;
      for (const id of [stale, lost])
        await waitFor(async () => (await redis.command(`EXISTS ${key(id!)}`)).includes(':1'), limit);
      await world.cancel(stale!);
      await waitFor(async () => (await redis.command(`EXISTS ${key(stale!)}`)).includes(':0'), limit);
      await waitFor(() => queue.health().repairs.removed === 1, limit);
      // A worker took the job from the line and died.
      await redis.command(`ZREM ${line} ${lost}.0`);
      await redis.command(`LPUSH {navette-one}:executions:active ${lost}.0`);
      await waitFor(() => queue.health().repairs.added === 1, limit);
      world.openGate();
      await awaitEnded(2);
    });

    it('spreads executions over worker processes, and gives those of a killed one to another', async () => {
      const feeder = await openQueue({ places: 0 });
      stops.push(() => feeder.stop());
      const options = { database: test.connectionString, redis: redis.url, places: 5 };
      const holder = await startWorkerProcess({ ...options, gate: 'closed' });
      stops.push(holder.kill);
      feeder.enqueue(await world.createQueued(5));
      await waitFor(async () => (await world.countByStatus())['running'] === 5, limit);
      const runner = await startWorkerProcess({ ...options, gate: 'open' });
      stops.push(runner.kill);
      feeder.enqueue(await world.createQueued(35));
      await awaitEnded(35);
      expect(await world.countByStatus()).toEqual({ succeeded: 35, running: 5 });
      await holder.kill();
      await buryWorker(world.database.pool, holder.workerId);
      const orphans = await requeueOrphans(world.database.pool);
      expect(orphans).toHaveLength(5);
      feeder.enqueue(orphans);
      await awaitEnded(40);
      const { rows } = await world.database.pool.query<{ fence: number; count: number }>(
        'SELECT fence, count(*)::int AS count FROM executions GROUP BY fence ORDER BY fence',
      );
      expect(rows).toEqual([
        { fence: 1, count: 35 },
        { fence: 2, count: 5 },
      ]);
    });

    it('adds again what is in no list although Redis has its data', async () => {
      const { queue } = await openWorker(1);
      const [first] = await world.createQueued(1);
      queue.enqueue([first!]);
      await waitFor(() => world.started.length === 1, limit);
      queue.enqueue(await world.createQueued(2));
      await waitFor(async () => (await redis.command(`ZCARD ${line}`)).includes(':2'), limit);
      await redis.command(`DEL ${line}`);
      await waitFor(() => queue.health().repairs.added >= 2, limit);
      world.openGate();
      await awaitEnded(3);
    });

    it('lets urgent work of one project take no turns of another', async () => {
      const { queue } = await openWorker(1);
      const [first] = await world.createQueued(1);
      queue.enqueue([first!]);
      await waitFor(() => world.started.length === 1, limit);
      const quiet = await world.createQueued(2, { projectId: createUuid() });
      const normal = await world.createQueued(10);
      queue.enqueue([...quiet, ...normal]);
      const urgent = await world.createQueued(20, { priority: 'high' });
      queue.enqueue(urgent);
      world.openGate();
      await awaitEnded(33);
      const lastQuiet = Math.max(...quiet.map((id) => world.started.indexOf(id)));
      const lastUrgent = Math.max(...urgent.map((id) => world.started.indexOf(id)));
      expect(lastQuiet).toBeLessThan(lastUrgent);
      const firstNormal = normal.map((id) => world.started.indexOf(id)).sort((a, b) => a - b)[3]!;
      expect(firstNormal).toBeGreaterThan(urgent.length / 2);
    });
  },
);

function createLog(lines: { level: string; message: string }[]): Logger {
  const add = (level: string) => (fields: object, message: string) => {
    lines.push({ level, message, ...fields });
  };
  const logger: Logger = {
    debug() {},
    info: add('info'),
    warn: add('warn'),
    error: add('error'),
    child: () => logger,
  };
  return logger;
}
