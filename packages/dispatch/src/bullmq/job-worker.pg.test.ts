import { createTestDatabase, findRedisServer, startRedisServer, waitFor } from '@navette/testing';
import { describe, expect, test } from 'vitest';
import { DispatchWorld } from '../testing/dispatch-world.ts';
import { BullMqDispatcher } from './bullmq-dispatcher.ts';

const hasRedis = findRedisServer() !== undefined;
const queue = '{navette-worker}:executions';

describe.skipIf(!hasRedis)(`jobs in hand${hasRedis ? '' : ' (SKIPPED: no redis-server here)'}`, () => {
  test('workers that wait are told of a job that a full one puts back', async () => {
    await using redis = await startRedisServer();
    await using database = await createTestDatabase();
    const world = await DispatchWorld.open(database.connectionString);
    const { logger, source } = world;
    const dispatcher = new BullMqDispatcher({
      ...{ url: redis.url, namespace: 'worker', places: 1 },
      ...{ source, logger, beatMs: 100, reconcileMs: 200 },
    });
    await dispatcher.settled();
    dispatcher.lead(true);
    let isFull = false;
    const worker = await world.openWorker(dispatcher, 1, (engine) => ({
      get free() {
        return isFull ? 0 : 1;
      },
      get openToAll() {
        return isFull ? 0 : 1;
      },
      keepsFrom: (projectId) => engine.keepsFrom(projectId),
      claim: (ids) => engine.claim(ids),
      runningIds: () => engine.runningIds(),
    }));
    try {
      const asks = async () => (await redis.command('CLIENT LIST')).includes('cmd=bzpopmin');
      await waitFor(asks, { what: 'the worker to ask for a job' });
      isFull = true;
      // Somebody else who waits behind it, as another process does: told that there is a job, and that it came back.
      const hear = (what: string) =>
        waitFor(async () => (await redis.command(`BZPOPMIN ${queue}:marker 1`)).includes('marker'), { what });
      const told = hear('the mark of a new job');
      const [id] = await world.createQueued(1);
      dispatcher.enqueue([id!]);
      await told;
      await hear('the mark of the job that was put back');
      expect(await redis.command(`ZCARD ${queue}:prioritized`)).toContain(':1');
    } finally {
      await worker.stop();
      await world.close();
    }
  });
});
