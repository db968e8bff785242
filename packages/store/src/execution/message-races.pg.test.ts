/**
 * Messages and waits that meet: each order of the two commits is made by holding one of them open, then many at once. No
 * wake-up may be lost, and a channel of one message is either used or closed.
 */
import type { JournalWrite, MailChange, NewExecution } from '@navette/engine';
import { newExecution } from '@navette/engine/testing';
import { newSignal, newWait, noMail } from '@navette/engine/testing/messages';
import { createUuid, silentLogger } from '@navette/kit';
import { createTestDatabase, failOnUnheardRejections, type TestDatabase, waitFor } from '@navette/testing';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import { applyMail, lockMail } from '../sql/apply-mail.ts';
import { commitBatch } from '../sql/commit-batch.ts';
import { deliverMessage } from '../sql/deliver-message.ts';
import { registerWorker } from '../sql/workers.ts';
import { PostgresExecutionStore } from './postgres-execution-store.ts';

failOnUnheardRejections(afterAll);

let testDatabase: TestDatabase;
let database: Database;
let store: PostgresExecutionStore;
const workerId = createUuid();
const { projectId, workflowId, versionId } = newExecution();

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase({ connectionString: testDatabase.connectionString });
  store = new PostgresExecutionStore({ database, logger: silentLogger, listener: { committed() {} } });
  const worker = { id: workerId, instance: 'test', version: '0', pid: 1, host: 'test' };
  await registerWorker(database.pool, worker);
  await database.pool.query(`INSERT INTO projects (id, name) VALUES ($1, 'Test')`, [projectId]);
  await database.pool.query(
    `INSERT INTO workflows (id, project_id, name, draft_version_id) VALUES ($1, $2, 'Test', $3)`,
    [workflowId, projectId, versionId],
  );
});

afterAll(async () => {
  await store?.close();
  await database?.close();
  await testDatabase?.drop();
});

function createWrite(execution: NewExecution, seq: number, change: Partial<JournalWrite>): JournalWrite {
  return {
    executionId: execution.id,
    projectId,
    workflowId,
    workerId,
    fence: 1,
    seq,
    records: [{ type: 'step-started', at: 1, path: 'w', attempt: 1 }],
    ...change,
  };
}

async function begin(): Promise<NewExecution> {
  const execution = newExecution();
  await store.write(createWrite(execution, 1, { create: execution }));
  return execution;
}

function createPark(execution: NewExecution, mail?: Partial<MailChange>): JournalWrite {
  return createWrite(execution, 2, {
    handover: { kind: 'wait', wakeAt: null, reason: 'Waits' },
    ...(mail ? { mail: { ...noMail, ...mail } } : {}),
  });
}

/** Runs `first` in a transaction that is held open until `second` waits for one of its locks. */
async function inOrder<A, B>(
  first: (client: pg.PoolClient) => Promise<A>,
  second: () => Promise<B>,
): Promise<[A, B]> {
  let later: Promise<B> | undefined;
  const result = await database.withTransaction(async (client) => {
    const value = await first(client);
    later = second();
    await waitFor(
      async () => {
        const waiting = await database.pool.query(
          `SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid)
           WHERE NOT l.granted AND a.datname = current_database()`,
        );
        return waiting.rowCount! > 0;
      },
      { timeoutMs: 20_000, what: 'the second transaction to wait for the first' },
    );
    return value;
  });
  return [result, await later!];
}

test('a message whose commit comes first is found by the execution that parks meanwhile', async () => {
  const execution = await begin();
  const [delivered, parked] = await inOrder(
    (client) => deliverMessage(client, newSignal({ executionId: execution.id })),
    () => store.write(createPark(execution)),
  );
  expect(delivered).toMatchObject({ outcome: 'delivered', wake: 'running' });
  expect(parked).toEqual({ outcome: 'written', requeued: true });
  expect(await store.readOutcome(execution.id)).toMatchObject({ status: 'queued' });
});

test('a message whose commit comes second wakes the execution that has parked meanwhile', async () => {
  const execution = await begin();
  const [, delivered] = await inOrder(
    (client) => commitBatch(client, workerId, [createPark(execution)]),
    () => store.deliver(newSignal({ executionId: execution.id })),
  );
  expect(delivered).toMatchObject({ outcome: 'delivered', wake: 'queued' });
  expect(await store.readOutcome(execution.id)).toMatchObject({ status: 'queued' });
});

test('a message under a key and the wait for it meet, whichever commits first', async () => {
  const [early, late] = [await begin(), await begin()];
  const channel = 'signal:go';
  const [earlyTo, lateTo] = [
    { workflowId, key: 'early' },
    { workflowId, key: 'late' },
  ];
  const earlyWait = createPark(early, { waits: [{ path: 'w', channel, key: 'early' }] });
  const [kept, parked] = await inOrder(
    (client) => deliverMessage(client, newSignal(earlyTo)),
    () => store.write(earlyWait),
  );
  expect(kept).toMatchObject({ outcome: 'kept' });
  expect(parked).toEqual({ outcome: 'written', requeued: true });

  const lateWait = createPark(late, { waits: [{ path: 'w', channel, key: 'late' }] });
  const [, delivered] = await inOrder(
    async (client) => {
      await lockMail(client, [lateWait]);
      await commitBatch(client, workerId, [lateWait]);
      await applyMail(client, [lateWait]);
    },
    () => store.deliver(newSignal(lateTo)),
  );
  expect(delivered).toMatchObject({ outcome: 'delivered', executionId: late.id, wake: 'queued' });
  for (const { id } of [early, late])
    expect(await store.readOutcome(id), id).toMatchObject({ status: 'queued' });
});

test('of many executions that park while their messages come, none stays parked', async () => {
  const executions = await Promise.all(Array.from({ length: 120 }, () => begin()));
  await Promise.all(
    executions.map(async (execution, index) => {
      const keyed = index % 3 === 0;
      const key = `many ${index}`;
      const to = keyed ? { workflowId, key } : { executionId: execution.id };
      const waits = keyed ? { waits: [{ path: 'w', channel: 'signal:go', key }] } : undefined;
      const park = () => store.write(createPark(execution, waits));
      const send = () => store.deliver(newSignal(to));
      await Promise.all(index % 2 === 0 ? [park(), send()] : [send(), park()]);
    }),
  );
  for (const [index, { id }] of executions.entries()) {
    expect(await store.readOutcome(id), `${index}`).toMatchObject({ status: 'queued' });
    const key = index % 3 === 0 ? `many ${index}` : null;
    expect(await store.readMessage(newWait(id, { key })), `${index}`).toBeDefined();
  }
});

test('a channel of one message is used or closed, never both', async () => {
  const executions = await Promise.all(Array.from({ length: 60 }, () => begin()));
  await Promise.all(
    executions.map(async ({ id }, index) => {
      const once = { channel: 'resume:w', once: true } as const;
      const wait = newWait(id, once);
      const send = () => store.deliver(newSignal({ executionId: id }, once));
      const close = () => store.closeWait(wait);
      const [first, , second] =
        index % 2 === 0
          ? await Promise.all([send(), close(), send()])
          : await Promise.all([close(), send(), send()]).then(
              ([, one, two]) => [one, undefined, two] as const,
            );
      const accepted = [first, second].filter((result) => result?.outcome === 'delivered').length;
      const found = (await store.readMessage(wait)) ? 1 : 0;
      expect({ index, accepted }).toEqual({ index, accepted: found });
    }),
  );
});
