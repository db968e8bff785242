import { createUuid, silentLogger } from '@navette/kit';
import { createTestDatabase, failOnUnheardRejections, type TestDatabase, waitFor } from '@navette/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
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
