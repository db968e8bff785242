import { describeExecutionStore } from '@navette/engine/testing';
import { silentLogger } from '@navette/kit';
import { createTestDatabase, type TestDatabase } from '@navette/testing';
import { afterAll, beforeAll } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import { queueDueWaits } from '../sql/due-waits.ts';
import { buryWorker, registerWorker, requeueOrphans } from '../sql/workers.ts';
import { PostgresExecutionStore } from './postgres-execution-store.ts';

let test: TestDatabase;
let database: Database;
const stores: PostgresExecutionStore[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  database = await openDatabase({ connectionString: test.connectionString });
});

afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await database.close();
  await test.drop();
});

describeExecutionStore('Postgres', async () => {
  const { pool } = database;
  const store = new PostgresExecutionStore({ database, logger: silentLogger, listener: { committed() {} } });
  stores.push(store);
  return {
    store,
    registerWorker: (id) =>
      registerWorker(pool, { id, instance: 'test', version: '0', pid: 1, host: 'test' }),
    buryWorker: async (id) => {
      await buryWorker(pool, id);
      return requeueOrphans(pool);
    },
    queueDueWaits: () => queueDueWaits(pool, 1_000),
    passLimits: () => store.limits.sweep(),
  };
});
