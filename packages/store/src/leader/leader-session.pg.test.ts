import { createUuid } from '@navette/kit';
import { createTestDatabase, failOnUnheardRejections, type TestDatabase, waitFor } from '@navette/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import { readLeader } from '../sql/leader.ts';
import { LeaderSession } from './leader-session.ts';

failOnUnheardRejections(afterAll);

const staleMs = 60_000;
let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase({ connectionString: testDatabase.connectionString, maxConnections: 2 });
});
afterAll(async () => {
  await database?.close();
  await testDatabase?.drop();
});

const sessions: LeaderSession[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) if (session.isOpen) await session.close();
});

async function open() {
  const ends: string[] = [];
  const id = createUuid();
  const session = await LeaderSession.open({
    connectionString: testDatabase.connectionString,
    holder: { id, host: 'here', pid: 1, version: '1.0.0' },
    staleMs,
    onEnded: (reason) => ends.push(reason),
  });
  sessions.push(session);
  return { id, session, ends };
}

/** The lock of a connection that has ended is free a moment later. */
const waitToLead = (session: LeaderSession) =>
  waitFor(() => session.tryLead(), { timeoutMs: 20_000, what: 'the leadership' });

test('one leads, says so, and the next takes over the moment that it goes', async () => {
  const [one, two] = [await open(), await open()];
  expect(await one.session.tryLead()).toBe(true);
  expect(await two.session.tryLead()).toBe(false);
  expect(await one.session.beat()).toBe(true);
  expect(await readLeader(database.pool)).toMatchObject({ holder: one.id, host: 'here', version: '1.0.0' });
  await one.session.close();
  await waitToLead(two.session);
  expect(await readLeader(database.pool)).toMatchObject({ holder: two.id });
});

test('a leader whose connection is cut is told, and another leads', async () => {
  const [one, two] = [await open(), await open()];
  await waitToLead(one.session);
  await database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  await waitFor(() => one.ends.length === 1, { timeoutMs: 20_000 });
  expect(await one.session.beat()).toBe(false);
  expect(one.ends).toHaveLength(1);
  await waitToLead(two.session);
});

test('a leader that stands still is unseated by the second look', async () => {
  const [one, two] = [await open(), await open()];
  await waitToLead(one.session);
  await database.pool.query(`UPDATE scheduler_leader SET beat_at = now() - interval '1 hour'`);
  expect(await two.session.tryLead()).toBe(false);
  // It may just have been elected: its row is one of the leader before.
  expect(one.session.isOpen).toBe(true);
  expect(await two.session.tryLead()).toBe(false);
  await waitFor(() => one.ends.length === 1, { timeoutMs: 20_000 });
  await waitToLead(two.session);
  expect(await readLeader(database.pool)).toMatchObject({ holder: two.id });
});

test('a leader that beats between two looks stays', async () => {
  const [one, two] = [await open(), await open()];
  await waitToLead(one.session);
  await database.pool.query(`UPDATE scheduler_leader SET beat_at = now() - interval '1 hour'`);
  expect(await two.session.tryLead()).toBe(false);
  expect(await one.session.beat()).toBe(true);
  for (let look = 0; look < 3; look++) expect(await two.session.tryLead()).toBe(false);
  expect(await one.session.beat()).toBe(true);
});

test('a leader whose row was taken by another gives up', async () => {
  const one = await open();
  await waitToLead(one.session);
  await database.pool.query('UPDATE scheduler_leader SET term = term + 1');
  expect(await one.session.beat()).toBe(false);
  expect(one.ends).toEqual(['another process leads']);
});
