/** What a code step writes in one process, on streams that others serve: by Postgres alone, and by Redis. */
import { randomBytes } from 'node:crypto';
import { decodeId } from '@navette/kit';
import { failOnUnheardRejections, findRedisServer, startRedisServer, waitFor } from '@navette/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openEmptyServer, openServerFixture, type ServerFixture } from '../../server-fixture.ts';
import { createCodeDefinition, holdingEnv, openHoldingServer, readStream } from '../stream-fixture.ts';

failOnUnheardRejections(afterAll);

const hasRedis = findRedisServer() !== undefined;
const limit = { timeoutMs: 30_000 };

describe('by Postgres', { timeout: 90_000 }, () => suite(false));
describe.skipIf(!hasRedis)(
  `by Redis${hasRedis ? '' : ' (SKIPPED: no redis-server here)'}`,
  { timeout: 90_000 },
  () => suite(true),
);

interface Shown {
  messages: string[];
  /** Of the record of the step's end. */
  kept: string[] | undefined;
  isOver: boolean;
}

function suite(withRedis: boolean): void {
  let redis: Awaited<ReturnType<typeof startRedisServer>> | undefined;
  let outside: Awaited<ReturnType<typeof openHoldingServer>>;
  let api: ServerFixture;
  let others: Awaited<ReturnType<typeof openEmptyServer>>[];
  let worker: (typeof others)[number];
  let secondApi: (typeof others)[number];

  beforeAll(async () => {
    if (withRedis) redis = await startRedisServer();
    outside = await openHoldingServer();
    const env = {
      ...holdingEnv,
      NAVETTE_MASTER_KEY: randomBytes(32).toString('base64'),
      ...(redis ? { REDIS_URL: redis.url } : {}),
    };
    api = await openServerFixture({ ...env, NAVETTE_ROLE: 'api' });
    const DATABASE_URL = api.server.database.connectionString;
    others = [];
    for (const role of ['worker', 'api', 'scheduler'])
      others.push(await openEmptyServer({ ...env, NAVETTE_ROLE: role, DATABASE_URL }));
    [worker, secondApi] = others as [typeof worker, typeof worker];
  });
  afterAll(async () => {
    outside.letGo();
    for (const server of others) await server.close();
    await api?.close();
    outside.close();
    await redis?.stop();
  });
  beforeEach(() => {
    outside.say('');
    outside.hold();
  });
  afterEach(() => vi.restoreAllMocks());

  async function start(source: string): Promise<string> {
    const workflowId = await api.createWorkflow(createCodeDefinition(source));
    const answer = await api.call('runWorkflow', { params: { workflowId }, body: { input: {} } });
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    return answer.body.executionId;
  }

  /** Follows an execution as a client does: lines stand at their positions, and the record takes their place. */
  function follow(url: string, executionId: string): Shown {
    const shown: Shown = { messages: [], kept: undefined, isOver: false };
    void (async () => {
      for await (const { name, data } of readStream({ url, key: api.owner.key }, executionId)) {
        if (name === 'console') {
          const lines = data.lines.map(({ message }: { message: string }) => message);
          // Nothing comes twice on one stream.
          expect(data.from - (data.skipped ?? 0)).toBe(shown.messages.length);
          shown.messages.push(...Array<string>(data.skipped ?? 0).fill('left out'), ...lines);
        }
        if (data.record?.type === 'step-completed' && data.record.path === 'code')
          shown.kept = data.record.logs.map(({ message }: { message: string }) => message);
      }
      shown.isOver = true;
    })();
    return shown;
  }

  test('lines come while the step is at work, to every process that watches it, and once', async () => {
    const carrier = worker.server.runtime.dispatcher.texts;
    const byRedis = carrier ? vi.spyOn(carrier, 'send') : undefined;
    const executionId = await start(`
      console.log('before');
      await http('${outside.url}');
      console.log('after');
      return [];`);
    const [one, two] = [follow(api.url, executionId), follow(secondApi.url, executionId)];
    await waitFor(() => one.messages.length >= 1 && two.messages.length >= 1, limit);
    // Only now: it was at work when its lines came. Whoever comes late has them as well.
    const late = follow(api.url, executionId);
    await waitFor(() => late.messages.length >= 1, limit);
    outside.letGo();
    await waitFor(() => one.isOver && two.isOver && late.isOver, limit);
    for (const { kept, messages } of [one, two, late]) {
      expect(messages[0]).toBe('before');
      expect(kept).toEqual(['before', expect.stringContaining('http: GET'), 'after']);
      expect(kept!.slice(0, messages.length)).toEqual(messages);
    }
    if (!byRedis) return;
    expect(byRedis.mock.calls.length).toBeGreaterThan(0);
    for (const [, text] of byRedis.mock.calls) expect(text).toMatch(/^[A-Za-z0-9+/=]+$/);
  });

  test('of a flood the newest lines are shown with how many are left out, and the record has all', async () => {
    const executionId = await start(`
      console.log('before');
      await http('${outside.url}');
      const line = 'é'.repeat(240);
      for (let at = 0; at < 480; at++) console.log(at + ' ' + line);
      while ((await http('${outside.url}state')).body !== 'enough')
        await new Promise((resolve) => setTimeout(resolve, 200));
      return [];`);
    const shown = follow(api.url, executionId);
    await waitFor(() => shown.messages.length >= 1, limit);
    outside.letGo();
    await waitFor(() => shown.messages.some((message) => message.startsWith('479 ')), limit);
    const { messages } = shown;
    expect(messages.filter((message) => message === 'left out').length).toBeGreaterThan(200);
    expect(messages.filter((message) => /^[0-9]+ é/.test(message)).length).toBeGreaterThan(100);
    outside.say('enough');
    await waitFor(() => shown.isOver, limit);
    expect(shown.kept!.filter((message) => /^[0-9]+ é/.test(message))).toHaveLength(480);
    for (const [at, message] of messages.entries())
      if (message !== 'left out') expect(shown.kept![at]).toBe(message);
  });

  test('nobody is asked for lines but for a stream that may be read, and no longer than it is open', async () => {
    const client = await api.server.database.pool.connect();
    const asked: string[] = [];
    client.on('notification', ({ payload = '' }) => asked.push(payload));
    await client.query('LISTEN navette_lines');
    const executionId = await start(`console.log('plan'); await http('${outside.url}'); return [];`);
    const bareId = decodeId('execution', executionId)!;
    for (const [key, status] of [
      [api.strangerKey, 404],
      [await api.createKey(['workflows:read']), 403],
    ] as const) {
      const answer = await api.call('streamExecution', { params: { executionId }, key });
      expect(answer.status).toBe(status);
    }
    const shown = follow(api.url, executionId);
    await waitFor(() => shown.messages.length > 0, limit);
    // From one stream: asked for at once, and perhaps again.
    expect(new Set(asked.map((text) => JSON.parse(text).w)).size).toBe(1);
    expect(asked.every((text) => JSON.parse(text).x.includes(bareId))).toBe(true);
    outside.letGo();
    await waitFor(() => asked.some((text) => JSON.parse(text).g.includes(bareId)), limit);
    await client.query('UNLISTEN *');
    client.release();
  });

  test.skipIf(!withRedis)('when Redis goes away lines come by Postgres, and the step ends', async () => {
    const executionId = await start(`
      console.log('before');
      await http('${outside.url}');
      for (let second = 0; second < 20; second++) {
        console.log('second ' + second);
        await new Promise((resolve) => setTimeout(resolve, 1000));
        if ((await http('${outside.url}state')).body === 'enough') break;
      }
      return [];`);
    const shown = follow(api.url, executionId);
    await waitFor(() => shown.messages.length >= 1, limit);
    await redis!.kill();
    outside.letGo();
    await waitFor(() => shown.messages.some((message) => message.startsWith('second')), limit);
    expect(shown.kept).toBeUndefined();
    outside.say('enough');
    await waitFor(() => shown.isOver, limit);
    expect(shown.kept![0]).toBe('before');
    await redis!.start();
  });
}
