import { findRedisServer, startRedisServer } from '@navette/testing';
import { describe, expect, test } from 'vitest';
import { checkRedis } from './doctor-redis.ts';
import { loadConfig } from './load-config.ts';

const hasRedis = findRedisServer() !== undefined;

describe.skipIf(!hasRedis)(`doctor and Redis${hasRedis ? '' : ' (SKIPPED: no redis-server here)'}`, () => {
  test('says what it found, and what is wrong', async () => {
    expect(await checkRedis(loadConfig({}, '/'))).toBeUndefined();
    await using redis = await startRedisServer({ password: 'canary' });
    const config = loadConfig({ REDIS_URL: redis.url }, '/');
    expect(await checkRedis(config)).toEqual({
      check: 'redis',
      status: 'ok',
      message: expect.stringMatching(/^Redis at 127\.0\.0\.1:\d+ is version \d+\.\d+/),
    });
    await redis.command('CONFIG SET maxmemory-policy allkeys-lru');
    expect(await checkRedis(config)).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('evicts keys when it is full (allkeys-lru)'),
    });
    const locked = await checkRedis(loadConfig({ REDIS_URL: `redis://127.0.0.1:${redis.port}` }, '/'));
    expect(locked).toMatchObject({ status: 'warn', message: expect.stringContaining('NOAUTH') });
    await redis.kill();
    const gone = await checkRedis(config);
    expect(gone).toMatchObject({ status: 'warn', message: expect.stringContaining('ECONNREFUSED') });
    expect(JSON.stringify([locked, gone])).not.toContain('canary');
  });
});
