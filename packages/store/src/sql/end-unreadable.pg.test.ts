/** What becomes of executions whose worker is gone: queued again, given back, or ended when nobody can take them up. */
import type { JournalRecord } from '@navette/contracts';
import { newExecution } from '@navette/engine/testing';
import { createUuid, silentLogger } from '@navette/kit';
import { createTestDatabase, type TestDatabase } from '@navette/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import { PostgresExecutionStore } from '../execution/postgres-execution-store.ts';
import { endUnreadable } from './end-unreadable.ts';
import { buryWorker, giveBackOwned, registerWorker, requeueOrphans } from './workers.ts';

let testDatabase: TestDatabase;
let database: Database;
let store: PostgresExecutionStore;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase({ connectionString: testDatabase.connectionString });
  store = new PostgresExecutionStore({ database, logger: silentLogger, listener: { committed() {} } });
});
afterAll(async () => {
  await store?.close();
  await database?.close();
  await testDatabase?.drop();
});

const end = () => database.withTransaction((client) => endUnreadable(client));

async function startWorker(): Promise<string> {
  const id = createUuid();
  await registerWorker(database.pool, { id, instance: id, version: '0', pid: 1, host: 'test' });
  return id;
}

/** An execution that was taken over so often, with records of some of it, in the hands of a worker that is dead. */
async function orphan(options: { recoveries: number; recorded: number; parentId?: string }): Promise<string> {
  const { recoveries, recorded, parentId = null } = options;
  const worker = await startWorker();
  const execution = newExecution({ parentId, parentPath: parentId && 'call' });
  const records = Array.from(
    { length: recorded },
    (_, fence): JournalRecord => ({ type: 'execution-recovered', at: 1, fence, worker, from: worker }),
  );
  await store.create(execution, [
    { type: 'step-started', at: 1, path: 'with \u0000 in it', attempt: 1 },
    ...records,
  ]);
  await store.claim({ workerId: worker, limit: 1, ids: [execution.id] });
  await database.pool.query('UPDATE executions SET recoveries = $2 WHERE id = $1', [
    execution.id,
    recoveries,
  ]);
  await buryWorker(database.pool, worker);
  return execution.id;
}

async function read(id: string) {
  const result = await database.pool.query<{
    status: string;
    recoveries: number;
    recovered_from: string | null;
  }>('SELECT status, recoveries, recovered_from FROM executions WHERE id = $1', [id]);
  return result.rows[0]!;
}

test('what was taken over with a record of it is queued, however often', async () => {
  const ids = [
    await orphan({ recoveries: 0, recorded: 0 }),
    await orphan({ recoveries: 4, recorded: 0 }),
    await orphan({ recoveries: 90, recorded: 86 }),
  ];
  expect((await end()).ended).toEqual([]);
  expect((await requeueOrphans(database.pool)).toSorted()).toEqual(ids.toSorted());
  expect(await read(ids[1]!)).toMatchObject({
    status: 'queued',
    recoveries: 5,
    recovered_from: expect.any(String),
  });
});

test('what no worker survives taking up is ended, and its parent told', async () => {
  const worker = await startWorker();
  const parent = newExecution();
  await store.create(parent, []);
  await store.claim({ workerId: worker, limit: 1, ids: [parent.id] });
  const id = await orphan({ recoveries: 9, recorded: 4, parentId: parent.id });
  expect(await requeueOrphans(database.pool)).toEqual([]);
  expect(await end()).toEqual({ ended: [id], parentIds: [parent.id] });
  expect(await end()).toEqual({ ended: [], parentIds: [] });
  expect(await store.readOutcome(id)).toMatchObject({
    status: 'failed',
    error: { code: 'EXECUTION_POISONED', kind: 'operational' },
  });
  const records = (await store.readJournal(id)).flatMap((chunk) => chunk.records);
  expect(records.at(-1)).toMatchObject({
    type: 'execution-finished',
    at: expect.any(Number),
    status: 'failed',
    error: { code: 'EXECUTION_POISONED' },
  });
});

test('what it asked people is withdrawn with its end, and nobody finds its waits', async () => {
  const id = await orphan({ recoveries: 9, recorded: 4 });
  const { pool } = database;
  const about = `SELECT id, project_id, workflow_id FROM executions WHERE id = '${id}'`;
  await pool.query(
    `INSERT INTO approvals (id, project_id, workflow_id, execution_id, path, title, message, people, fields)
     SELECT gen_random_uuid(), e.project_id, e.workflow_id, e.id, 'ask', 'Pay?', '', '{}', '[]' FROM (${about}) e`,
  );
  await pool.query(
    `INSERT INTO correlated_waits (execution_id, path, project_id, workflow_id, channel, correlation_key)
     SELECT e.id, 'wait', e.project_id, e.workflow_id, 'signal:go', 'k' FROM (${about}) e`,
  );
  expect((await end()).ended).toEqual([id]);
  const asked = await pool.query('SELECT status FROM approvals WHERE execution_id = $1', [id]);
  expect(asked.rows).toEqual([{ status: 'cancelled' }]);
  const waits = await pool.query('SELECT 1 FROM correlated_waits WHERE execution_id = $1', [id]);
  expect(waits.rowCount).toBe(0);
});

test('what a worker gives back when it is stopped counts as no death', async () => {
  const worker = await startWorker();
  const execution = newExecution();
  await store.create(execution, []);
  await store.claim({ workerId: worker, limit: 1, ids: [execution.id] });
  expect(await giveBackOwned(database.pool, worker)).toEqual([]);
  await buryWorker(database.pool, worker);
  expect(await giveBackOwned(database.pool, worker)).toEqual([execution.id]);
  expect(await read(execution.id)).toEqual({ status: 'queued', recoveries: 0, recovered_from: null });
});
