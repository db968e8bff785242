import { describeRedis } from './describe-redis.ts';
import type { Finding } from './doctor.ts';
import type { Config } from './load-config.ts';

/** A Redis that does not answer is a warning: the server starts without it. */
export async function checkRedis({ redisUrl }: Config): Promise<Finding | undefined> {
  if (redisUrl === undefined) return undefined;
  const name = `Redis at ${describeRedis(redisUrl)}`;
  // Not loaded with every start.
  const { probeRedis } = await import('@navette/dispatch/bullmq');
  const found = await probeRedis(redisUrl);
  if ('reason' in found) {
    return {
      check: 'redis',
      status: 'warn',
      message: `${name} cannot be used: ${found.reason}`,
      help: 'The server starts without it, takes executions from the database, and goes over to Redis when it answers.',
    };
  }
  const { evictionPolicy, version } = found;
  if (evictionPolicy !== undefined && evictionPolicy !== 'noeviction') {
    return {
      check: 'redis',
      status: 'warn',
      message: `${name} is version ${version} and evicts keys when it is full (${evictionPolicy})`,
      help: 'Set maxmemory-policy to noeviction. Evicted entries of the queue are found again, but late.',
    };
  }
  return { check: 'redis', status: 'ok', message: `${name} is version ${version}` };
}
