/** Servers whose queue is a Redis, as their clients see them. */
import { randomBytes } from 'node:crypto';
import {
  failOnUnheardRejections,
  findRedisServer,
  type RedisServer,
  startRedisServer,
  waitFor,
} from '@navette/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmptyServer, openServerFixture, type ServerFixture } from '../../server-fixture.ts';

failOnUnheardRejections(afterAll);

const hasRedis = findRedisServer() !== undefined;
const limit = { timeoutMs: 30_000 };

describe.skipIf(!hasRedis)(
  `servers on a Redis${hasRedis ? '' : ' (SKIPPED: no redis-server here)'}`,
  { timeout: 90_000 },
  () => {
    let redis: RedisServer;
    let api: ServerFixture;
    let worker: Awaited<ReturnType<typeof openEmptyServer>>;
    let workflowId: string;

    beforeAll(async () => {
      redis = await startRedisServer({ password: 'canary-redis' });
      const env = { REDIS_URL: redis.url, NAVETTE_MASTER_KEY: randomBytes(32).toString('base64') };
      api = await openServerFixture({ ...env, NAVETTE_ROLE: 'api' });
      const DATABASE_URL = api.server.database.connectionString;
      worker = await openEmptyServer({ ...env, NAVETTE_ROLE: 'all', DATABASE_URL });
      workflowId = await api.createWorkflow({
        nodes: [
          {
            id: 'hook',
            name: 'Hook',
            type: 'webhook-trigger',
            parameters: { path: 'queued', methods: ['POST'], respond: 'finished' },
          },
          { id: 'start', name: 'Start', type: 'manual-trigger' },
          { id: 'end', name: 'End', type: 'no-op' },
        ],
        edges: [
          { from: 'hook', to: 'end' },
          { from: 'start', to: 'end' },
        ],
      });
      await api.call('publishWorkflow', { params: { workflowId }, body: {} });
    });
    afterAll(async () => {
      await worker?.close();
      await api?.close();
      await redis?.stop();
    });

    const run = () =>
      api.call('runWorkflow', {
        params: { workflowId },
        body: { triggerNodeId: 'start', target: 'published' },
      });
    const callWebhook = () =>
      api.request('/webhook/queued', { method: 'POST', body: { order: 7 }, key: null });
    const readQueueCheck = async (server: Pick<ServerFixture, 'request'>) => {
      const { body, status } = await server.request('/api/v1/health/ready', { key: null });
      const found = (body.checks as { name: string; ok: boolean; detail: string }[] | undefined)?.find(
        ({ name }) => name === 'queue',
      );
      return { status, ...found };
    };
    const awaitEnd = (executionId: string) =>
      waitFor(async () => {
        const { body } = await api.call('getExecution', { params: { executionId } });
        return body.status === 'succeeded';
      }, limit);

    test('what one process accepts another one runs, and its answer comes back', async () => {
      const started = await run();
      expect(started.status).toBe(202);
      await awaitEnd(started.body.executionId);
      const answer = await callWebhook();
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject([{ body: { order: 7 } }]);
      expect(await readQueueCheck(api)).toEqual({
        status: 200,
        name: 'queue',
        ok: true,
        detail: 'Redis answers',
      });
    });

    test('without Redis the role api refuses with Retry-After, the role all goes on, and both recover', async () => {
      await redis.kill();
      await waitFor(async () => (await readQueueCheck(api)).ok === false, limit);
      expect(await readQueueCheck(api)).toMatchObject({
        status: 503,
        detail: expect.stringMatching(/^Redis is out of reach \(.+\): new executions are refused$/),
      });
      for (const refused of [await run(), await callWebhook()]) {
        expect(refused.status).toBe(503);
        expect(refused.headers.get('retry-after')).toBe('2');
        expect(refused.body).toMatchObject({ code: 'DISPATCH_UNAVAILABLE', help: expect.any(String) });
      }
      const { request } = worker;
      await waitFor(
        async () => (await readQueueCheck({ request })).detail?.includes('claimed from the database'),
        limit,
      );
      expect(await readQueueCheck({ request })).toMatchObject({ status: 200, ok: true });
      const answer = await worker.request('/webhook/queued', { method: 'POST', body: { order: 8 } });
      expect(answer.body).toMatchObject([{ body: { order: 8 } }]);
      await redis.start();
      await waitFor(async () => (await run()).status === 202, limit);
      expect((await callWebhook()).status).toBe(200);
      await waitFor(async () => (await readQueueCheck({ request })).detail === 'Redis answers', limit);
    });

    test('the password of Redis is in no line of the log', () => {
      const lines = [...api.logs, ...worker.logs].join('\n');
      expect(lines).toContain('Redis is out of reach');
      expect(lines).not.toContain('canary-redis');
    });
  },
);
