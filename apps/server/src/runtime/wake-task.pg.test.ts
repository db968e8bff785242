import { createUuid } from '@navette/kit';
import { type Database, openDatabase, SharedLook } from '@navette/store';
import { createTestDatabase, type TestDatabase } from '@navette/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { WakeTask } from './wake-task.ts';

let server: TestDatabase;
let database: Database;
const told: string[] = [];
let takesDue = true;

beforeAll(async () => {
  server = await createTestDatabase();
  database = await openDatabase({ connectionString: server.connectionString });
});
afterAll(async () => {
  await database.close();
  await server.drop();
});
beforeEach(async () => {
  await database.pool.query('DELETE FROM executions');
  told.length = 0;
  takesDue = true;
});

const createTask = () =>
  new WakeTask({
    database,
    look: new SharedLook(database),
    enqueue: (ids) => void told.push(...ids),
    takesDue: () => takesDue,
  });

/** Parked executions whose time came so long ago; gives their ids. */
async function park(count: number, over: { lateMs?: number; heldBy?: string } = {}): Promise<string[]> {
  const { lateMs = 5_000, heldBy = null } = over;
  const { rows } = await database.pool.query<{ id: string }>(
    `INSERT INTO executions (id, project_id, workflow_id, version_id, status, mode, trigger_node_id, created_at,
       started_at, wake_at, root_id, concurrency_id, held_by)
     SELECT id, $2, id, id, 'waiting', 'api', 'start', now(), now(), now() - make_interval(secs => $3 / 1000.0), id, $4, $4
     FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, $1::int)) made RETURNING id`,
    [count, createUuid(), lateMs, heldBy],
  );
  return rows.map((row) => row.id);
}

async function countQueued(): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM executions WHERE status = 'queued'`,
  );
  return rows[0]!.count;
}

test('what is due is offered once, and queued when nobody has taken it by the next turn', async () => {
  const task = createTask();
  const [id] = await park(1);
  await park(1, { lateMs: -60_000 });
  expect(await task.turn()).toBeGreaterThan(0);
  expect([told, await countQueued()]).toEqual([[id], 0]);
  await task.turn();
  expect([told, await countQueued()]).toEqual([[id, id], 1]);
});

test('as long as the first of them changes, the others wait for their turn', async () => {
  const task = createTask();
  const [first] = await park(1, { lateMs: 9_000 });
  await park(3);
  await task.turn();
  await database.pool.query('DELETE FROM executions WHERE id = $1', [first]);
  await task.turn();
  expect([told.length, await countQueued()]).toEqual([4, 0]);
});

test('what waits behind a limit is queued at once', async () => {
  const ids = await park(2, { heldBy: createUuid() });
  const [open] = await park(1);
  await createTask().turn();
  expect(new Set(told)).toEqual(new Set([...ids, open]));
  expect(await countQueued()).toBe(2);
});

test('everything is queued where workers do not take it themselves', async () => {
  takesDue = false;
  const ids = await park(3);
  await createTask().turn();
  expect(new Set(told)).toEqual(new Set(ids));
  expect(await countQueued()).toBe(3);
});

test('more than can be looked at of one project are offered, of several are queued', async () => {
  await park(600);
  await createTask().turn();
  expect([told.length, await countQueued()]).toEqual([500, 0]);
  told.length = 0;
  await park(1, { lateMs: 1 });
  await createTask().turn();
  expect([told.length, await countQueued()]).toEqual([500, 500]);
});
