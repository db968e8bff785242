import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { JournalWrite } from '@navette/engine';
import { newExecution } from '@navette/engine/testing';
import { createUuid, silentLogger } from '@navette/kit';
import { createTestDatabase, failOnUnheardRejections, type TestDatabase, waitFor } from '@navette/testing';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import { LimitGate } from '../limits/limit-gate.ts';
import { registerWorker } from '../sql/workers.ts';
import { BatchWriter } from './batch-writer.ts';
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
  vi.restoreAllMocks();
  vi.useRealTimers();
  await store?.close();
  await database?.close();
  await testDatabase?.drop();
});

/** Makes Postgres refuse to store an execution or a chunk, with that state, while the condition holds. */
async function refuse(
  table: 'executions' | 'journal',
  sqlState: string,
  condition: string,
  before = { sqlState, condition: 'false' },
): Promise<void> {
  await database.pool.query(`
    CREATE TABLE full_disk (is_full boolean);
    CREATE SEQUENCE refusals;
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF ${before.condition} THEN RAISE EXCEPTION 'no' USING ERRCODE = '${before.sqlState}'; END IF;
        IF ${condition} THEN RAISE EXCEPTION 'no' USING ERRCODE = '${sqlState}'; END IF;
        RETURN NEW;
      END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse()`);
}

const allow = (table: 'executions' | 'journal') =>
  database.pool.query(
    `DROP TRIGGER refuse ON ${table}; DROP FUNCTION refuse; DROP SEQUENCE refusals; DROP TABLE full_disk`,
  );

const codes = () => troubles.map((error) => (error as { code?: string }).code);

function write(execution: ReturnType<typeof newExecution>, over: Partial<JournalWrite>): JournalWrite {
  const { id: executionId, projectId, workflowId } = execution;
  const record = { type: 'step-skipped', at: 1, path: 'a' } as const;
  return { executionId, projectId, workflowId, workerId, fence: 1, seq: 1, records: [record], ...over };
}

/** A writer of its own whose pauses are written down and take no time. */
function openWriter(connectionString: string, onPause: (pauses: readonly number[]) => void = () => {}) {
  const pauses: number[] = [];
  const listener = { committed() {} };
  const writer = new BatchWriter({
    connectionString,
    logger: silentLogger,
    listener,
    onTrouble: (error) => troubles.push(error),
    limits: new LimitGate({ database, logger: silentLogger, listener, onReady() {} }),
    async pause(ms) {
      pauses.push(ms);
      onPause(pauses);
    },
  });
  return { pauses, writer };
}

/** An address at which nobody answers. */
async function reserveAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `postgresql://nobody@127.0.0.1:${port}/nothing`;
}

/** Longer and longer, up to a limit, and never in step: with the least of chance half of it, with the most half more. */
const awayGaps = [50, 100, 200, 400, 800, 1_600, 2_000, 2_000];

test.each([
  ['the least', 0, 0.5],
  ['the most', 1, 1.5],
])(
  'a database that is away is asked later and later, up to a limit, by chance (%s)',
  async (_, random, share) => {
    vi.spyOn(Math, 'random').mockReturnValue(random);
    const { pauses, writer } = openWriter(await reserveAddress(), ({ length }) => {
      if (length === awayGaps.length) void writer.close();
    });
    const execution = newExecution();
    await expect(writer.write(write(execution, {}))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(pauses).toEqual(awayGaps.map((gap) => gap * share));
    expect(codes()).toEqual(awayGaps.map(() => 'ECONNREFUSED'));
  },
);

test('what begins an execution is given up after ten seconds, what goes on with one is not', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const { pauses, writer } = openWriter(await reserveAddress(), (pauses) => {
    vi.setSystemTime(Date.now() + pauses.at(-1)!);
    if (pauses.length === 40) void writer.close();
  });
  const begun = newExecution();
  const fresh = newExecution();
  const refused = new Map<string, number>();
  const note = (what: string) => () => void refused.set(what, pauses.length);
  await Promise.all([
    writer.write(write(fresh, { create: fresh })).catch(note('begins')),
    writer.write(write(begun, { seq: 2 })).catch(note('goes on')),
  ]);
  // After ten gaps it is 11.15 s, after nine 9.15 s; the next gap may have begun when this hears of it.
  expect([10, 11]).toContain(refused.get('begins'));
  expect(refused.get('goes on')).toBe(40);
});

test('a refusal that passes is met later and later, up to a limit, by chance', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  await refuse('executions', '40P01', `nextval('refusals') <= 10`);
  const { pauses, writer } = openWriter(testDatabase.connectionString);
  expect(await writer.create({ execution: newExecution(), records: [] })).toEqual({ outcome: 'written' });
  expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1_000, 1_000].map((gap) => gap / 2));
  await writer.close();
});

test('one bad write of a batch fails alone, also when the batch met a deadlock before', async () => {
  const bad = newExecution();
  for (const sqlStates of [['23514'], ['40001', '23514']]) {
    const [first, second = first] = sqlStates;
    await refuse(
      'journal',
      second!,
      `NEW.execution_id = '${bad.id}'`,
      first === second ? undefined : { sqlState: first!, condition: `nextval('refusals') = 1` },
    );
    const others = Array.from({ length: 5 }, () => newExecution());
    const all = [others[0]!, bad, ...others.slice(1)];
    const { writer } = openWriter(testDatabase.connectionString);
    const answers = await Promise.allSettled(all.map((one) => writer.write(write(one, { create: one }))));
    const outcomes = answers.map((answer) =>
      answer.status === 'fulfilled' ? answer.value.outcome : (answer.reason as { code: string }).code,
    );
    expect(outcomes).toEqual(all.map((one) => (one === bad ? second : 'written')));
    for (const one of all) expect(await store.readJournal(one.id)).toHaveLength(one === bad ? 0 : 1);
    await writer.close();
    await allow('journal');
  }
});

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
  expect(codes()).toEqual(['53100']);
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

test('a write whose answer is lost with the connection is found in the journal, and stored once', async () => {
  const door = await openDoor();
  const execution = newExecution();
  const { pauses, writer } = openWriter(door.connectionString);
  expect(await writer.write(write(execution, { create: execution }))).toEqual({ outcome: 'written' });
  door.loseNextAnswer();
  expect(await writer.write(write(execution, { seq: 2 }))).toEqual({ outcome: 'written' });
  expect(await writer.write(write(execution, { seq: 3 }))).toEqual({ outcome: 'written' });
  expect([pauses.length, writer.fenced]).toEqual([1, 0]);
  expect((await store.readJournal(execution.id)).map((chunk) => chunk.seq)).toEqual([1, 2, 3]);
  await writer.close();
  door.close();
});

/** A way to the database that can be cut when an answer comes: the commit is through, and nobody hears of it. */
async function openDoor(): Promise<{ connectionString: string; loseNextAnswer(): void; close(): void }> {
  const url = new URL(testDatabase.connectionString.replace('@/', '@socket/').replace(':///', '://socket/'));
  const target = `${url.searchParams.get('host')}/.s.PGSQL.${url.searchParams.get('port') ?? (url.port || '5432')}`;
  let isLost = false;
  const open = new Set<Socket>();
  const door: Server = createServer((client) => {
    const server = connect(target);
    open.add(client);
    client.pipe(server);
    server.on('data', (bytes) => {
      if (!isLost) return void client.write(bytes);
      isLost = false;
      client.destroy();
    });
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    for (const socket of [client, server]) socket.on('error', () => {});
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const { port } = door.address() as AddressInfo;
  return {
    connectionString: `postgresql://${url.username}@127.0.0.1:${port}${url.pathname}`,
    loseNextAnswer() {
      isLost = true;
    },
    close() {
      door.close();
      for (const socket of open) socket.destroy();
    },
  };
}
