import { expect, test } from 'vitest';
import { describeConfig } from './describe-config.ts';
import { describeRedis } from './describe-redis.ts';
import { loadConfig } from './load-config.ts';

test.each([
  ['redis://127.0.0.1', '127.0.0.1:6379'],
  ['rediss://user:canary@queue.internal:6380/0', 'queue.internal:6380'],
  ['redis://:canary@queue.internal:6380/2', 'queue.internal:6380/2'],
  ['redis://[::1]:6379', '[::1]:6379'],
  ['redis://:can[ary', 'an unreadable address'],
])('%s is shown as %s', (address, shown) => {
  expect(describeRedis(address)).toBe(shown);
});

test('the configuration is shown without the password of Redis', () => {
  const rows = describeConfig(loadConfig({ REDIS_URL: 'redis://:canary@queue:6379' }, '/'));
  expect(rows.find(({ key }) => key === 'redisUrl')?.value).toBe('queue:6379 (user and password hidden)');
});

test('an address of another kind is refused', () => {
  expect(() => loadConfig({ REDIS_URL: 'http://queue' }, '/')).toThrow(
    'redisUrl (environment REDIS_URL): expected redis://',
  );
});
