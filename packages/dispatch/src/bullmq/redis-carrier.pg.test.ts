/** Texts over a real Redis: who hears them, and what happens when it stands still or goes away. */
import { silentLogger } from '@navette/kit';
import {
  failOnUnheardRejections,
  findRedisServer,
  type RedisServer,
  startRedisServer,
  waitFor,
} from '@navette/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectionOptions } from './connection-options.ts';
import { QuietLog } from './quiet-log.ts';
import { RedisCarrier } from './redis-carrier.ts';

failOnUnheardRejections(afterAll);

const hasRedis = findRedisServer() !== undefined;
const limit = { timeoutMs: 30_000 };

describe.skipIf(!hasRedis)(`texts over Redis${hasRedis ? '' : ' (SKIPPED: no redis-server here)'}`, () => {
  let redis: RedisServer;
  const open: { close(): void }[] = [];
  beforeAll(async () => {
    redis = await startRedisServer();
  });
  afterEach(() => {
    for (const one of open.splice(0)) one.close();
  });
  afterAll(() => redis?.stop());

  function openCarrier(prefix = '{one}'): RedisCarrier {
    const commands = new Redis(redis.url, {
      ...connectionOptions,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
    });
    commands.on('error', () => {});
    const carrier = new RedisCarrier({
      url: redis.url,
      prefix,
      quiet: new QuietLog(silentLogger),
      commands,
      isUp: () => commands.status === 'ready',
    });
    open.push(carrier, { close: () => commands.disconnect() });
    return carrier;
  }

  it('takes them to whoever listens under the address in the same installation, before and after a crash', async () => {
    const [one, two, other] = [openCarrier(), openCarrier(), openCarrier('{other}')];
    const heard: string[] = [];
    for (const address of ['two', 'both']) two.listen(address, (text) => heard.push(`${address} ${text}`));
    other.listen('two', () => heard.push('of another installation'));
    const isUp = () => one.isUp && two.isUp && other.isUp;
    await waitFor(isUp, limit);
    expect(one.send('two', 'a')).toBe(true);
    expect(one.send('both', 'a')).toBe(true);
    await waitFor(() => heard.length === 2, limit);
    await redis.kill();
    await waitFor(() => !one.isUp && !two.isUp, limit);
    expect(one.send('two', 'lost')).toBe(false);
    await redis.start();
    await waitFor(isUp, limit);
    one.send('two', 'b');
    await waitFor(() => heard.length === 3, limit);
    expect(heard).toEqual(['two a', 'both a', 'two b']);
    expect(await redis.command('DBSIZE')).toContain(':0');
  });

  it('refuses texts while Redis stands still with what it was sent, and takes them again afterwards', async () => {
    const carrier = openCarrier();
    await waitFor(() => carrier.isUp, limit);
    redis.freeze();
    const text = 'x'.repeat(carrier.maxTextBytes);
    const taken = Array.from({ length: 100 }, () => carrier.send('nobody', text)).filter(Boolean).length;
    redis.thaw();
    expect(taken).toBe(8);
    expect(carrier.send('nobody', `${text}x`)).toBe(false);
    await waitFor(() => carrier.send('nobody', text), limit);
  });
});
