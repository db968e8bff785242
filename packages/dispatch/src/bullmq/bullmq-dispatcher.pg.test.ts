import { createUuid } from '@navette/kit';
import {
  failOnUnheardRejections,
  findRedisServer,
  type RedisServer,
  startRedisServer,
  waitFor,
} from '@navette/testing';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeExecutionQueue } from '../testing/execution-queue-conformance.ts';
import { BullMqDispatcher } from './bullmq-dispatcher.ts';

failOnUnheardRejections(afterAll);

const hasRedis = findRedisServer() !== undefined;

describe.skipIf(!hasRedis)(`BullMQ${hasRedis ? '' : ' (SKIPPED: no redis-server here)'}`, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedisServer();
  });
  afterAll(() => redis.stop());

  describeExecutionQueue('BullMQ', async () => {
    const namespace = createUuid();
    return {
      async open(world, { leads = true, places }) {
        const { logger, source } = world;
        const queue = new BullMqDispatcher({
          url: redis.url,
          namespace,
          places,
          source,
          logger,
          beatMs: 200,
        });
        await queue.settled();
        queue.lead(leads);
        return queue;
      },
      async awaitEntry(executionId) {
        const key = `{navette-${namespace}}:executions:${executionId}.0`;
        await waitFor(async () => (await redis.command(`EXISTS ${key}`)).includes(':1'), {
          timeoutMs: 30_000,
          what: 'a job in Redis',
        });
      },
    };
  });
});
