import { createUuid, silentLogger } from '@navette/kit';
import { createTestDatabase, failOnUnheardRejections, type TestDatabase, waitFor } from '@navette/testing';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import { openPostgresBus } from './postgres-bus.ts';
import type { BusMessage } from './process-bus.ts';

failOnUnheardRejections(afterAll);

const limit = { timeoutMs: 20_000 };
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

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((bus) => bus.close()));
});

async function openBus() {
  const troubles: unknown[] = [];
  const bus = openPostgresBus({
    connectionString: testDatabase.connectionString,
    logger: silentLogger,
    onTrouble: (error) => troubles.push(error),
  });
  open.push(bus);
  const heard: BusMessage[] = [];
  bus.subscribe((message) => heard.push(message));
  await bus.connected();
  return { bus, heard, troubles };
}

const committed = (executionId: string, status: 'running' | 'succeeded') =>
  ({ kind: 'committed', projectId: createUuid(), workflowId: createUuid(), executionId, status }) as const;

test('what one process says the others hear, and it does not hear itself', async () => {
  const [one, two, three] = [await openBus(), await openBus(), await openBus()];
  const ids = [createUuid(), createUuid()];
  const message = committed(ids[0]!, 'running');
  one.bus.publish(message);
  one.bus.publish({ kind: 'queued', executionIds: ids });
  for (const { heard } of [two, three]) await waitFor(() => heard.length >= 2, limit);
  expect(two.heard).toEqual([message, { kind: 'queued', executionIds: ids }]);
  expect(one.heard).toEqual([]);
});

test('what gathers is told once, with the latest status; too much is told as missed', async () => {
  const [one, two] = [await openBus(), await openBus()];
  const id = createUuid();
  for (let count = 0; count < 200; count++) one.bus.publish(committed(id, 'running'));
  const last = committed(id, 'succeeded');
  one.bus.publish(last);
  await waitFor(
    () => two.heard.includes(two.heard.find((m) => m.kind === 'committed' && m.status === 'succeeded')!),
    limit,
  );
  expect(two.heard.length).toBeLessThanOrEqual(2);
  expect(two.heard.at(-1)).toEqual(last);
  for (let count = 0; count < 6_000; count++) one.bus.publish(committed(createUuid(), 'running'));
  await waitFor(() => two.heard.some((message) => message.kind === 'missed'), limit);
});

test('after a lost connection both sides know that something may have been missed, and it works again', async () => {
  const [one, two] = [await openBus(), await openBus()];
  const cut = await database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'navette bus' AND datname = current_database()`,
  );
  expect(cut.rowCount).toBe(2);
  for (const { heard } of [one, two]) await waitFor(() => heard.some((m) => m.kind === 'missed'), limit);
  expect(one.troubles.length).toBeGreaterThan(0);
  const message = committed(createUuid(), 'running');
  // It may be said before the other one listens again; then that one looks by itself.
  one.bus.publish(message);
  await waitFor(() => two.heard.some((m) => m.kind === 'committed' || m.kind === 'missed'), limit);
  const again = committed(createUuid(), 'succeeded');
  await waitFor(() => {
    one.bus.publish(again);
    return two.heard.some((m) => m.kind === 'committed' && m.executionId === again.executionId);
  }, limit);
});

test('closing sends what has gathered', async () => {
  const [one, two] = [await openBus(), await openBus()];
  const ids = [createUuid()];
  one.bus.publish(committed(createUuid(), 'running'));
  one.bus.publish({ kind: 'queued', executionIds: ids });
  await one.bus.close();
  await waitFor(() => two.heard.some((message) => message.kind === 'queued'), limit);
});

test('texts reach whoever listens under their address, after a lost connection as well', async () => {
  const [one, two, three] = [await openBus(), await openBus(), await openBus()];
  const heard: string[] = [];
  two.bus.texts.listen('two', (text) => heard.push(`two ${text}`));
  three.bus.texts.listen('three', (text) => heard.push(`three ${text}`));
  one.bus.texts.listen('two', () => heard.push('itself'));
  await waitFor(() => {
    one.bus.texts.send('two', 'a');
    return heard.length > 0;
  }, limit);
  await database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'navette bus' AND datname = current_database()`,
  );
  await waitFor(() => {
    one.bus.texts.send('two', 'b');
    one.bus.texts.send('three', 'b');
    return heard.includes('two b') && heard.includes('three b');
  }, limit);
  expect(new Set(heard)).toEqual(new Set(['two a', 'two b', 'three b']));
  expect(two.heard.filter(({ kind }) => kind !== 'missed')).toEqual([]);
});

test('texts that have no room are refused, and no message is lost or late for them', async () => {
  const [one, two] = [await openBus(), await openBus()];
  let texts = 0;
  two.bus.texts.listen('two', () => texts++);
  expect(one.bus.texts.send('two', 'x'.repeat(one.bus.texts.maxTextBytes + 1))).toBe(false);
  expect(one.bus.texts.send('no "address', 'x')).toBe(false);
  await waitFor(() => {
    one.bus.texts.send('two', 'listening');
    return texts > 0;
  }, limit);
  let taken = 0;
  const long = 'é'.repeat(one.bus.texts.maxTextBytes / 2);
  for (let count = 0; count < 200; count++)
    if (one.bus.texts.send('two', `${long.slice(4)}${count}`)) taken++;
  expect(taken).toBeGreaterThan(20);
  expect(taken).toBeLessThan(50);
  const before = texts;
  let textsBeforeMessage = 0;
  two.bus.subscribe(() => {
    textsBeforeMessage = texts - before;
  });
  const message = committed(createUuid(), 'succeeded');
  one.bus.publish(message);
  await waitFor(() => two.heard.length > 0, limit);
  expect(two.heard).toEqual([message]);
  expect(textsBeforeMessage).toBeLessThan(taken / 2);
  await waitFor(() => texts - before >= taken, limit);
  expect(one.bus.texts.send('two', 'room again')).toBe(true);
});

test.each([
  [0, [25, 50, 100]],
  [0.9, [70, 140, 280]],
])(
  'one that finds no database tries later and later, by chance (%d) sooner or later than others',
  async (chance, delays) => {
    vi.spyOn(Math, 'random').mockReturnValue(chance);
    const pauses = vi.spyOn(globalThis, 'setTimeout');
    try {
      const bus = openPostgresBus({
        connectionString: 'postgresql://127.0.0.1:1/nowhere',
        logger: silentLogger,
      });
      open.push(bus);
      const planned = () => pauses.mock.calls.map(([, ms]) => ms);
      await waitFor(() => delays.every((ms) => planned().includes(ms)), limit);
    } finally {
      vi.restoreAllMocks();
    }
  },
);
