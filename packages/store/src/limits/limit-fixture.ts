/** A store on a real Postgres with some workers, in which tests queue, claim and end executions by hand. */
import type { ExecutionStatus } from '@navette/contracts';
import type { ClaimedExecution, ExecutionLimits, NewExecution, WriteResult } from '@navette/engine';
import { newExecution as newTestExecution } from '@navette/engine/testing/executions';
import { createUuid, deriveUuid, silentLogger } from '@navette/kit';
import { createTestDatabase, waitFor } from '@navette/testing';
import { type Database, openDatabase } from '../database.ts';
import { PostgresExecutionStore } from '../execution/postgres-execution-store.ts';
import { buryWorker, registerWorker, requeueOrphans } from '../sql/workers.ts';
import { LimitGate } from './limit-gate.ts';

export interface StoredExecution {
  id: string;
  status: ExecutionStatus;
  held: boolean;
  error: { code: string } | null;
}

export class LimitFixture {
  readonly database: Database;
  readonly store: PostgresExecutionStore;
  /** What the store said may be taken now, in the order in which it said so. */
  readonly ready: string[] = [];
  readonly #drop: () => Promise<void>;
  /** Of the journal of each execution. */
  readonly #lastSeq = new Map<string, number>();

  private constructor(database: Database, drop: () => Promise<void>) {
    this.database = database;
    this.#drop = drop;
    this.store = new PostgresExecutionStore({
      database,
      logger: silentLogger,
      listener: { committed() {} },
      onReady: (ids) => this.ready.push(...ids),
    });
  }

  /** As another process would have it. */
  createGate(): LimitGate {
    const listener = { committed() {} };
    return new LimitGate({ database: this.database, logger: silentLogger, listener, onReady() {} });
  }

  static async open(): Promise<LimitFixture> {
    const test = await createTestDatabase();
    const database = await openDatabase({ connectionString: test.connectionString });
    return new LimitFixture(database, () => test.drop());
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.database.close();
    await this.#drop();
  }

  async registerWorker(): Promise<string> {
    const id = createUuid();
    await registerWorker(this.database.pool, { id, instance: 'test', version: '0', pid: 1, host: 'test' });
    return id;
  }

  /** Kills a worker: what it had is queued again. */
  async killWorker(workerId: string): Promise<string[]> {
    await buryWorker(this.database.pool, workerId);
    return requeueOrphans(this.database.pool);
  }

  create(over: Partial<NewExecution> = {}): Promise<WriteResult> {
    return this.store.create(newExecution(over), [startRecord(over.triggerNodeId ?? 'start')]);
  }

  claim(workerId: string, limit: number): Promise<ClaimedExecution[]> {
    return this.store.claim({ workerId, limit });
  }

  finish(workerId: string, { id, fence, ...about }: ClaimedExecution): Promise<WriteResult> {
    const at = Date.now();
    return this.store.write({
      ...this.#address(workerId, { id, fence, ...about }),
      records: [{ type: 'execution-finished', at, status: 'succeeded' }],
      handover: { kind: 'finish', status: 'succeeded', at, error: null },
    });
  }

  /** Parks it until something wakes it. */
  park(workerId: string, execution: ClaimedExecution, wakeAt: number | null = null): Promise<WriteResult> {
    return this.store.write({
      ...this.#address(workerId, execution),
      records: [{ type: 'execution-waiting', at: Date.now(), wakeAt, reason: 'Waits' }],
      handover: { kind: 'wait', wakeAt, reason: 'Waits' },
    });
  }

  async list(ids: readonly string[]): Promise<Map<string, StoredExecution>> {
    const result = await this.database.pool.query<StoredExecution>(
      `SELECT id, status, error, status = 'queued' AND held_by IS NOT NULL AS held
       FROM executions WHERE id = ANY ($1::uuid[])`,
      [[...ids]],
    );
    return new Map(result.rows.map((row) => [row.id, row]));
  }

  async read(id: string): Promise<StoredExecution> {
    return (await this.list([id])).get(id)!;
  }

  /** Moves everything that has a time into the past, as if that long had gone by. */
  async passTime(ms: number): Promise<void> {
    const past = (column: string) => `${column} = ${column} - make_interval(secs => $1::float8 / 1000)`;
    const { pool } = this.database;
    const columns = ['created_at', 'started_at', 'wake_at'].map(past).join(', ');
    await pool.query(`UPDATE executions SET ${columns}`, [ms]);
    await pool.query(`UPDATE limit_keys SET ${past('next_at')}, ${past('used_at')}`, [ms]);
  }

  /** Waits until something holds; generous, since the machine may be slow. */
  async until(probe: () => boolean | Promise<boolean>): Promise<void> {
    await waitFor(probe, { timeoutMs: 25_000 });
  }

  #address(workerId: string, execution: ClaimedExecution) {
    const { id: executionId, projectId, workflowId, fence } = execution;
    const seq = (this.#lastSeq.get(executionId) ?? 1) + 1;
    this.#lastSeq.set(executionId, seq);
    return { executionId, projectId, workflowId, execution, workerId, fence, seq };
  }
}

export const projectId = '00000000-0000-7000-8000-0000000000a1';
export const workflowId = '00000000-0000-7000-8000-0000000000b1';

export function newExecution(over: Partial<NewExecution> = {}): NewExecution {
  const versionId = '00000000-0000-7000-8000-0000000000c1';
  return newTestExecution({ projectId, workflowId, versionId, ...over });
}

export function startRecord(path: string, json: { n: number } = { n: 0 }) {
  return {
    type: 'step-completed' as const,
    at: 1,
    path,
    startedAt: 1,
    attempts: 1,
    outputs: { main: [{ json }] },
  };
}

/** A concurrency limit of that many for a customer. */
export function concurrencyOf(
  customer: string,
  limit: number,
  onOverflow: 'queue' | 'skip' | 'cancel-oldest' = 'queue',
): ExecutionLimits {
  const id = deriveUuid(workflowId, 'concurrency', customer);
  return { concurrency: { id, label: `customer=${customer}`, limit, onOverflow } };
}
