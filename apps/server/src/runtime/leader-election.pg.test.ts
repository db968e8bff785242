import { createUuid, silentLogger, systemClock } from '@navette/kit';
import { openDatabase } from '@navette/store';
import { createTestDatabase, failOnUnheardRejections, type TestDatabase, waitFor } from '@navette/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { LeaderElection } from './leader-election.ts';

failOnUnheardRejections(afterAll);

const limit = { timeoutMs: 30_000 };
let testDatabase: TestDatabase;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
});
afterAll(() => testDatabase?.drop());

const candidates: { election: LeaderElection }[] = [];
afterEach(async () => {
  await Promise.all(candidates.splice(0).map(({ election }) => election.stop()));
});

function stand() {
  const terms: AbortSignal[] = [];
  const election = new LeaderElection({
    connectionString: testDatabase.connectionString,
    holder: { id: createUuid(), host: 'here', pid: 1, version: '1' },
    staleMs: 60_000,
    clock: systemClock,
    logger: silentLogger,
    lead: (term) => {
      terms.push(term);
      return new Promise((resolve) => term.addEventListener('abort', () => resolve(), { once: true }));
    },
    onTrouble: () => {},
  });
  const candidate = { election, terms, leads: () => election.leads };
  candidates.push(candidate);
  election.start();
  return candidate;
}

test('one of three leads; when it steps down another does, and its term is over', async () => {
  const all = [stand(), stand(), stand()];
  await waitFor(() => all.some((each) => each.leads()), limit);
  for (let turn = 0; turn < 3; turn++) {
    const leader = all.find((each) => each.leads())!;
    expect(all.filter((each) => each.leads())).toEqual([leader]);
    await leader.election.stop();
    expect(leader.leads()).toBe(false);
    expect(leader.terms.every((term) => term.aborted)).toBe(true);
    if (turn < 2) await waitFor(() => all.some((each) => each.leads()), limit);
  }
  expect(all.map((each) => each.terms.length)).toEqual([1, 1, 1]);
});

test('when its connection is lost the leader stops at once and stands again', async () => {
  const candidate = stand();
  await waitFor(candidate.leads, limit);
  const [term] = candidate.terms;
  const ended = new Promise<void>((resolve) =>
    term!.addEventListener('abort', () => resolve(), { once: true }),
  );
  const database = await openDatabase({ connectionString: testDatabase.connectionString, maxConnections: 1 });
  await database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'navette leader' AND datname = current_database()`,
  );
  await database.close();
  await ended;
  await waitFor(() => candidate.terms.length === 2 && candidate.leads(), limit);
});
