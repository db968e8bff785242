/**
 * Model test of the lifecycle of executions: random events, legal or not, against Postgres. An event that the table of the
 * contract has moves the row as it says; every other one changes nothing.
 */
import { type ExecutionEvent, type ExecutionStatus, executionTransitions } from '@navette/contracts';
import { newExecution } from '@navette/engine/testing';
import { createUuid, silentLogger } from '@navette/kit';
import { createTestDatabase, type TestDatabase } from '@navette/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import { queueDueWaits } from '../sql/due-waits.ts';
import { registerWorker } from '../sql/workers.ts';
import { PostgresExecutionStore } from './postgres-execution-store.ts';

const events = ['claim', 'wait', 'wake', 'release', 'succeed', 'fail', 'cancel'] as const;
const worker = createUuid();
let testDatabase: TestDatabase;
let database: Database;
let store: PostgresExecutionStore;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase({ connectionString: testDatabase.connectionString, maxConnections: 3 });
  store = new PostgresExecutionStore({ database, logger: silentLogger, listener: { committed() {} } });
  const about = { instance: worker, version: '0', pid: 1, host: 'test', role: 'all' as const, nodeTypes: [] };
  await registerWorker(database.pool, { id: worker, ...about, maxActive: 10, definitionSchema: 1 });
});
afterAll(async () => {
  await store?.close();
  await database?.close();
  await testDatabase?.drop();
});

async function runHistory(history: readonly ExecutionEvent[]): Promise<void> {
  const execution = newExecution({ id: createUuid() });
  const { id, projectId, workflowId } = execution;
  await store.create(execution, []);
  let fence = 0;
  let seq = 1;
  const write = async (handover: object) => {
    const owner = { executionId: id, projectId, workflowId, workerId: worker, fence };
    const { outcome } = await store.write({ ...owner, seq: seq + 1, records: [], handover } as never);
    if (outcome === 'written') seq += 1;
  };
  const finish = (status: string) => write({ kind: 'finish', status, at: Date.now(), error: null });
  let status: ExecutionStatus = 'queued';
  const acts: Record<ExecutionEvent, () => Promise<unknown>> = {
    claim: async () => {
      const [claimed] = await store.claim({ workerId: worker, limit: 1, ids: [id] });
      if (claimed) fence = claimed.fence;
    },
    wait: () => write({ kind: 'wait', wakeAt: Date.now() + 3_600_000, reason: 'x' }),
    wake: async () => {
      const isDue = `UPDATE executions SET wake_at = now() WHERE id = $1 AND status = 'waiting'`;
      await database.pool.query(isDue, [id]);
      return queueDueWaits(database.pool, 1_000);
    },
    release: () => write({ kind: 'release', reason: 'x' }),
    succeed: () => finish('succeeded'),
    fail: () => finish('failed'),
    // Of a running one its owner writes the end.
    cancel: () => (status === 'running' ? finish('cancelled') : store.requestCancel(projectId, id)),
  };
  const path: string[] = [status];
  for (const event of history) {
    await acts[event]();
    status = executionTransitions[status][event] ?? status;
    path.push(`${event}: ${status}`);
    const stored = await store.readExecution(projectId, id);
    expect({ path, status: stored?.status }).toEqual({ path, status });
  }
}

test('random events move an execution as the table says, and no other way', async () => {
  const history = fc.array(fc.constantFrom(...events), { minLength: 4, maxLength: 14 });
  await fc.assert(fc.asyncProperty(history, runHistory), { numRuns: 60 });
}, 90_000);

test('every state meets every event', async () => {
  const ways: Record<ExecutionStatus, ExecutionEvent[]> = {
    queued: [],
    running: ['claim'],
    waiting: ['claim', 'wait'],
    succeeded: ['claim', 'succeed'],
    failed: ['claim', 'fail'],
    cancelled: ['cancel'],
  };
  for (const way of Object.values(ways)) for (const event of events) await runHistory([...way, event]);
}, 90_000);
