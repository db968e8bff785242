import { Redis } from 'ioredis';
import { within } from './redis-link.ts';

export type RedisFacts = { version: string; evictionPolicy: string | undefined } | { reason: string };

const limitMs = 5_000;

/** Asks a Redis what it is, over a connection of its own. Never throws. */
export async function probeRedis(url: string): Promise<RedisFacts> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    connectTimeout: limitMs,
  });
  let lastError: Error | undefined;
  redis.on('error', (error) => {
    lastError = error;
  });
  try {
    await within(limitMs, redis.connect());
    const info = await within(limitMs, redis.info());
    const read = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];
    return { version: read('redis_version') ?? 'unknown', evictionPolicy: read('maxmemory_policy') };
  } catch (error) {
    return { reason: (lastError ?? (error as Error)).message };
  } finally {
    redis.disconnect();
  }
}
