import { describeMessageStore } from '@navette/engine/testing/messages';
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

describeMessageStore('Postgres', async () => {
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
    async addWorkflow({ projectId, workflowId, versionId }) {
      await pool.query(`INSERT INTO projects (id, name) VALUES ($1, 'Test') ON CONFLICT DO NOTHING`, [
        projectId,
      ]);
      await pool.query(
        `INSERT INTO workflows (id, project_id, name, draft_version_id) VALUES ($1, $2, 'Test', $3)
         ON CONFLICT DO NOTHING`,
        [workflowId, projectId, versionId],
      );
    },
    async addMessages({ id, projectId }, count) {
      await pool.query(
        `INSERT INTO messages (id, project_id, execution_id, channel, once, body)
         SELECT gen_random_uuid(), $1, $2, 'signal:go', false, '{"kind": "items", "items": []}' FROM generate_series(1, $3)`,
        [projectId, id, count],
      );
    },
    async readApprovals(executionId) {
      const result = await pool.query<{ path: string; status: string }>(
        'SELECT path, status FROM approvals WHERE execution_id = $1 ORDER BY path',
        [executionId],
      );
      return Object.fromEntries(result.rows.map((row) => [row.path, row.status]));
    },
  };
});
