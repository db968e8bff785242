import { createUuid } from '@navette/kit';
import { createTestDatabase, type TestDatabase } from '@navette/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from './database.ts';
import { PostgresQueueSource } from './queue/postgres-queue-source.ts';
import { SharedLook } from './shared-look.ts';
import { registerWorker } from './sql/workers.ts';

let server: TestDatabase;
let database: Database;
/** The text of every statement that the look sent. */
const sent: string[] = [];
const workerId = createUuid();
const leaseMs = 3_000;
let look: SharedLook;

beforeAll(async () => {
  server = await createTestDatabase();
  database = await openDatabase({ connectionString: server.connectionString });
  const { pool } = database;
  const query = (async (config: { text: string }) => {
    sent.push(config.text);
    return pool.query(config);
  }) as unknown as Database['pool']['query'];
  const counted = Object.assign(Object.create(pool) as Database['pool'], { query });
  look = new SharedLook({ pool: counted, readOnlooker: () => ({ workerId, leaseMs }) });
});
afterAll(async () => {
  await database.close();
  await server.drop();
});
afterEach(async () => {
  await database.pool.query(`DELETE FROM executions; DELETE FROM worker_heartbeats; DELETE FROM workers;
    DELETE FROM schedules; UPDATE queue_state SET paused_at = NULL`);
  sent.length = 0;
});

const atAll = () =>
  look.at('paused', 'queued', 'held', 'nextWaitMs', 'owned', 'orphaned', 'stuckCancels', 'schedulesDue');
const nothing = {
  paused: false,
  queued: false,
  held: false,
  nextWaitMs: null,
  owned: false,
  orphaned: false,
  stuckCancels: false,
  schedulesDue: false,
};

async function add(status: string, columns: Record<string, string> = {}): Promise<void> {
  const { owner = 'NULL', held_by = 'NULL', wake_at = 'NULL', cancel_requested_at = 'NULL' } = columns;
  await database.pool.query(
    `INSERT INTO executions (id, project_id, workflow_id, version_id, status, mode, trigger_node_id, created_at,
       root_id, owner, concurrency_id, held_by, wake_at, cancel_requested_at, finished_at)
     VALUES ($1, $1, $1, $1, $2, 'api', 'start', now(), $1, ${owner}, ${held_by}, ${held_by}, ${wake_at},
       ${cancel_requested_at}, CASE WHEN $2 = 'succeeded' THEN now() END)`,
    [createUuid(), status],
  );
}

async function addWorker(id: string, { silentMs = 0, state = 'alive' } = {}): Promise<void> {
  const { pool } = database;
  await registerWorker(pool, { id, instance: id, version: '0', pid: 1, host: 'test' });
  await pool.query(
    `UPDATE worker_heartbeats SET at = now() - make_interval(secs => $2 / 1000.0) WHERE worker_id = $1`,
    [id, silentMs],
  );
  if (state === 'dead')
    await pool.query(`UPDATE workers SET state = 'dead', stopped_at = now() WHERE id = $1`, [id]);
}

const ended = () => add('succeeded');
const cases: Record<string, { given: () => Promise<unknown>; seen: object }> = {
  'what has ended is nothing to do': { given: ended, seen: {} },
  'a paused queue': {
    given: () => database.pool.query('UPDATE queue_state SET paused_at = now()'),
    seen: { paused: true },
  },
  'a queued execution': { given: () => add('queued'), seen: { queued: true } },
  'one behind a limit': {
    given: () => add('queued', { held_by: 'gen_random_uuid()' }),
    seen: { queued: true, held: true },
  },
  'one that waits for a signal': { given: () => add('waiting'), seen: {} },
  'one of this worker': {
    given: async () => {
      await addWorker(workerId);
      await add('running', { owner: `'${workerId}'` });
    },
    seen: { owned: true },
  },
  'this worker, however long it has been silent': {
    given: () => addWorker(workerId, { silentMs: 60_000 }),
    seen: {},
  },
  'another worker that beats': { given: () => addWorker(createUuid(), { silentMs: 500 }), seen: {} },
  'another worker that is silent': {
    given: () => addWorker(createUuid(), { silentMs: leaseMs + 1_000 }),
    seen: { orphaned: true },
  },
  'a dead worker that has nothing': { given: () => addWorker(createUuid(), { state: 'dead' }), seen: {} },
  'a dead worker with an execution': {
    given: async () => {
      const dead = createUuid();
      await addWorker(dead, { state: 'dead' });
      await add('running', { owner: `'${dead}'` });
    },
    seen: { orphaned: true },
  },
  'a cancelled execution that nobody ended': {
    given: () => add('queued', { cancel_requested_at: `now() - interval '2 seconds'` }),
    seen: { queued: true, stuckCancels: true },
  },
  'one that was cancelled just now': {
    given: () => add('queued', { cancel_requested_at: 'now()' }),
    seen: { queued: true },
  },
  'a schedule that is due': {
    given: () => addSchedule(`now() - interval '1 second'`),
    seen: { schedulesDue: true },
  },
  'a schedule for later': { given: () => addSchedule(`now() + interval '1 hour'`), seen: {} },
  'a schedule that has no more runs': { given: () => addSchedule('NULL'), seen: {} },
};

/** Of a workflow that is not there. */
async function addSchedule(nextAt: string): Promise<void> {
  await database.pool.query(
    `SET LOCAL session_replication_role = replica;
     INSERT INTO schedules (workflow_id, node_id, project_id, version_id, spec, next_at)
     VALUES (gen_random_uuid(), 'node', gen_random_uuid(), gen_random_uuid(), '{}', ${nextAt})`,
  );
}

describe('a look sees', () => {
  test('nothing where there is nothing', async () => expect(await atAll()).toEqual(nothing));

  test.each(Object.entries(cases))('%s', async (_, { given, seen }) => {
    await given();
    expect(await atAll()).toEqual({ ...nothing, ...seen });
  });

  test('the earliest wait, which is due or not yet', async () => {
    await add('waiting', { wake_at: `now() + interval '1 hour'` });
    await add('waiting', { wake_at: `now() + interval '1 minute'` });
    const early = await look.at('nextWaitMs');
    expect(early.nextWaitMs).toBeGreaterThan(30_000);
    expect(early.nextWaitMs).toBeLessThanOrEqual(60_000);
    await add('waiting', { wake_at: `now() - interval '1 second'` });
    expect((await look.at('nextWaitMs')).nextWaitMs).toBeLessThanOrEqual(-1_000);
  });
});

test('all who ask in the same turn share a statement, and each gets what it asked for', async () => {
  await add('queued');
  const answers = await Promise.all([
    look.at('queued'),
    Promise.resolve().then(() => look.at('paused', 'queued')),
    look.at('schedulesDue'),
  ]);
  expect(sent).toHaveLength(1);
  for (const answer of answers) expect(answer).toMatchObject({ queued: true });
  expect(sent[0]).not.toContain('nextWaitMs');
});

test('who asks while a look is under way gets one of its own', async () => {
  const before = look.at('queued');
  await new Promise((resolve) => setImmediate(resolve));
  expect(sent).toHaveLength(1);
  await add('queued');
  const after = look.at('queued');
  expect((await after).queued).toBe(true);
  await before;
  expect(sent).toHaveLength(2);
});

test('a look reads no table of executions, whatever the planner believes', async () => {
  const { pool } = database;
  await pool.query(
    `INSERT INTO executions (id, project_id, workflow_id, version_id, status, mode, trigger_node_id, created_at, root_id,
       held_by, concurrency_id, cancel_requested_at)
     SELECT id, id, id, id, 'queued', 'api', 'start', now(), id, held, held, now()
     FROM (SELECT gen_random_uuid() AS id, CASE WHEN n % 2 = 0 THEN gen_random_uuid() END AS held
           FROM generate_series(1, 3000) n) made`,
  );
  await pool.query('ANALYZE executions');
  await atAll();
  const plan = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sent[0]}`, [workerId, leaseMs]);
  const lines = plan.rows.map((row) => row['QUERY PLAN']);
  expect(lines.filter((line) => line.includes(' on executions')).length).toBeGreaterThanOrEqual(5);
  expect(lines.filter((line) => /Seq Scan on executions/.test(line))).toEqual([]);
});

test('a look that fails fails for all who asked, and the next one is another', async () => {
  const closed = await openDatabase({ connectionString: server.connectionString });
  await closed.close();
  let pool = closed.pool;
  const broken = new SharedLook({
    get pool() {
      return pool;
    },
  });
  const results = await Promise.allSettled([broken.at('queued'), broken.at('paused')]);
  expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
  pool = database.pool;
  expect(await broken.at('owned', 'orphaned')).toEqual({ owned: false, orphaned: false });
});

test('the queue has work when something is queued or due, and none otherwise', async () => {
  const source = new PostgresQueueSource(database);
  expect(await source.readState()).toEqual({ isPaused: false, hasWork: false });
  await add('waiting', { wake_at: `now() + interval '1 hour'` });
  expect(await source.readState()).toEqual({ isPaused: false, hasWork: false });
  await add('waiting', { wake_at: `now() - interval '1 second'` });
  expect(await source.readState()).toEqual({ isPaused: false, hasWork: true });
  await database.pool.query('DELETE FROM executions');
  await add('queued');
  await source.writePaused(true);
  expect(await source.readState()).toEqual({ isPaused: true, hasWork: true });
});
