import { type Database, readInstallation } from '@navette/store';
import type { Config } from '../../config/index.ts';
import { createPostgresDispatcher } from '../postgres-dispatcher.ts';
import type { DispatcherFactory } from '../work-dispatcher.ts';

/** BullMQ where a Redis is configured, else Postgres alone. A Redis that does not answer is no reason not to start. */
export async function chooseDispatcher(config: Config, database: Database): Promise<DispatcherFactory> {
  const { redisUrl, workerConcurrency } = config;
  if (redisUrl === undefined) return createPostgresDispatcher;
  const [{ RedisDispatcher }, installation] = await Promise.all([
    import('./redis-dispatcher.ts'),
    readInstallation(database.pool),
  ]);
  return (context) =>
    new RedisDispatcher({ ...context, redisUrl, installation, maxActive: workerConcurrency });
}
