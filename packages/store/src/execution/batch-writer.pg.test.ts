import type { JournalWrite } from '@navette/engine';
import { newExecution } from '@navette/engine/testing';
import { createUuid, silentLogger } from '@navette/kit';
import { createTestDatabase, failOnUnheardRejections, type TestDatabase, waitFor } from '@navette/testing';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import { registerWorker } from '../sql/workers.ts';
import { PostgresExecutionStore } from './postgres-execution-store.ts';

failOnUnheardRejections(afterAll);

let testDatabase: TestDatabase;
let database: Database;
let store: PostgresExecutionStore;
let troubles: unknown[];
const workerId = createUuid();

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase({ connectionString: testDatabase.connectionString });
  troubles = [];
  store = new PostgresExecutionStore({
    database,
    logger: silentLogger,
    listener: { committed() {} },
    onTrouble: (error) => troubles.push(error),
  });
  await registerWorker(database.pool, { id: workerId, instance: 'test', version: '1', pid: 1, host: 'here' });
});
afterEach(async () => {
  await store?.close();
  await database?.close();
  await testDatabase?.drop();
});

/** Makes Postgres refuse to store an execution or a chunk, with that state, while the condition holds. */
async function refuse(table: 'executions' | 'journal', sqlState: string, condition: string): Promise<void> {
  await database.pool.query(`
    CREATE TABLE full_disk (is_full boolean);
    CREATE SEQUENCE refusals;
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF ${condition} THEN RAISE EXCEPTION 'no' USING ERRCODE = '${sqlState}'; END IF;
        RETURN NEW;
      END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse()`);
}

const codes = () => troubles.map((error) => (error as { code?: string }).code);

function write(execution: ReturnType<typeof newExecution>, over: Partial<JournalWrite>): JournalWrite {
  const { id: executionId, projectId, workflowId } = execution;
  const record = { type: 'step-skipped', at: 1, path: 'a' } as const;
  return { executionId, projectId, workflowId, workerId, fence: 1, seq: 1, records: [record], ...over };
}

test.each(['40P01', '40001'])('what passes (%s) is sent again until it succeeds', async (sqlState) => {
  await refuse('executions', sqlState, `nextval('refusals') <= 3`);
  expect(await store.create(newExecution(), [])).toEqual({ outcome: 'written' });
  expect(codes()).toEqual([sqlState, sqlState, sqlState]);
});

test('a full disk refuses what is new at once, and what is at work goes on when there is room', async () => {
  const execution = newExecution();
  await store.write(write(execution, { create: execution }));
  await refuse('journal', '53100', 'EXISTS (SELECT FROM full_disk)');
  await database.pool.query('INSERT INTO full_disk VALUES (true)');
  await expect(
    store.create(newExecution(), [{ type: 'step-skipped', at: 1, path: 'a' }]),
  ).rejects.toMatchObject({
    code: '53100',
  });
  const fresh = newExecution();
  await expect(store.write(write(fresh, { create: fresh }))).rejects.toMatchObject({ code: '53100' });
  expect(await store.readOutcome(fresh.id)).toBeUndefined();
  const pending = store.write(write(execution, { seq: 2 }));
  await waitFor(() => codes().length >= 4, { timeoutMs: 20_000, what: 'more tries' });
  await database.pool.query('TRUNCATE full_disk');
  expect(await pending).toEqual({ outcome: 'written' });
  expect((await store.readJournal(execution.id)).map((chunk) => chunk.seq)).toEqual([1, 2]);
});

test('a connection that is cut in the middle of a batch is replaced, and the batch is stored once', async () => {
  const execution = newExecution();
  await store.write(write(execution, { create: execution }));
  const locker = await database.pool.connect();
  await locker.query('BEGIN; LOCK TABLE journal IN ACCESS EXCLUSIVE MODE');
  const pending = store.write(write(execution, { seq: 2 }));
  const listBlocked = `SELECT pid FROM pg_stat_activity
    WHERE application_name = 'navette journal' AND datname = current_database() AND wait_event_type = 'Lock'`;
  await waitFor(async () => (await database.pool.query(listBlocked)).rowCount, { timeoutMs: 20_000 });
  await database.pool.query(`SELECT pg_terminate_backend(pid) FROM (${listBlocked}) AS blocked`);
  await waitFor(() => troubles.length > 0, { timeoutMs: 20_000 });
  await locker.query('COMMIT');
  locker.release();
  expect(await pending).toEqual({ outcome: 'written' });
  expect((await store.readJournal(execution.id)).map((chunk) => chunk.seq)).toEqual([1, 2]);
});
