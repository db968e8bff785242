/**
 * Very many waits that end within one second: how fast they go on, and how late the last ones are. One server process
 * with its built-in Postgres; an execution is late by the time between the end of its wait and its own end.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import type { BenchOptions } from '../arguments.ts';
import {
  connectToStore,
  publishFirstWorkflow,
  readPostgresPid,
  startNavetteServer,
} from '../navette-server.ts';
import { listTree, readCpuSeconds } from '../process-tree.ts';
import { assertDurable, type Durability } from '../webhook/stored-executions.ts';
import { fillWaits } from './fill-waits.ts';
import { waitWorkflow } from './wait-workflow.ts';

const defaultCount = 100_000;
const spreadMs = 1_000;
/** Between the last row that is made and the first that is due. */
const leadMs = 10_000;
/** What making the rows takes at most, each. */
const makingMs = 0.3;
const patienceMs = 600_000;

export interface TimersResult {
  count: number;
  spreadMs: number;
  durability: Durability;
  /** Executions per second, from the first wait that ended to the last execution. */
  perSecond: number;
  lateMs: { p50: number; p90: number; p99: number; max: number };
  serverCpuMicrosPerExecution: number | undefined;
  postgresCpuMicrosPerExecution: number | undefined;
  /** How many had ended, by the second since the first wait was over. */
  doneBySecond: number[];
}

export async function measureTimers(options: BenchOptions): Promise<TimersResult> {
  const count = options.count ?? defaultCount;
  const dataDir = mkdtempSync(join(tmpdir(), 'navette-bench-timers-'));
  const server = await startNavetteServer(dataDir);
  try {
    await publishFirstWorkflow(server, { name: 'Timers', definition: waitWorkflow });
    const store = await connectToStore(dataDir);
    try {
      const durability = await assertDurable(store);
      const fromMs = Date.now() + count * makingMs + leadMs;
      await fillWaits(store, { count, name: 'timers', times: { fromMs, spreadMs } });
      if (Date.now() > fromMs - 1_000)
        throw new Error('Making the rows took too long: the first are due already');
      await store.query('CREATE TABLE bench_due AS SELECT id, wake_at AS due_at FROM executions');
      await pause(fromMs - Date.now());
      const postgresPid = readPostgresPid(dataDir);
      const readUse = () => [readCpuSeconds([server.pid]), readCpuSeconds(listTree(postgresPid))] as const;
      const before = readUse();
      console.error('timers: draining');
      await waitUntilDone(store, count);
      const after = readUse();
      const perExecution = (at: 0 | 1) =>
        before[at] === undefined || after[at] === undefined
          ? undefined
          : ((after[at] - before[at]) * 1e6) / count;
      return {
        count,
        spreadMs,
        durability,
        ...(await readLateness(store, fromMs)),
        serverCpuMicrosPerExecution: perExecution(0),
        postgresCpuMicrosPerExecution: perExecution(1),
      };
    } finally {
      await store.end();
    }
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function waitUntilDone(store: pg.Client, count: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    // Looking must cost less than what is looked at: the index of open executions is small once most have ended.
    const { rows } = await store.query<{ open: boolean }>(
      `SELECT EXISTS (SELECT FROM executions WHERE status = 'waiting')
           OR EXISTS (SELECT FROM executions WHERE status = 'queued')
           OR EXISTS (SELECT FROM executions WHERE status = 'running') AS open`,
    );
    if (!rows[0]!.open) break;
    if (Date.now() > deadline) throw new Error(`Not all of ${count} waits went on within ${patienceMs} ms`);
    await pause(500);
  }
  const { rows } = await store.query<{ done: number }>(
    `SELECT count(*)::int AS done FROM executions WHERE status = 'succeeded'`,
  );
  if (rows[0]!.done !== count) throw new Error(`Of ${count} executions ${rows[0]!.done} succeeded`);
}

async function readLateness(store: pg.Client, fromMs: number) {
  const { rows } = await store.query<{ p50: number; p90: number; p99: number; max: number; last_ms: number }>(
    `SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY late) AS p50,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY late) AS p90,
       percentile_disc(0.99) WITHIN GROUP (ORDER BY late) AS p99, max(late) AS max,
       max(extract(epoch FROM finished_at) * 1000)::float8 AS last_ms
     FROM (SELECT finished_at, (extract(epoch FROM finished_at - due_at) * 1000)::float8 AS late
       FROM executions JOIN bench_due USING (id)) AS each`,
  );
  const { last_ms, ...lateMs } = rows[0]!;
  const bySecond = await store.query<{ done: number }>(
    `SELECT count(*)::int AS done FROM executions
     GROUP BY floor(extract(epoch FROM finished_at) - $1::float8 / 1000) ORDER BY min(finished_at)`,
    [fromMs],
  );
  const doneBySecond: number[] = [];
  for (const { done } of bySecond.rows) doneBySecond.push((doneBySecond.at(-1) ?? 0) + done);
  const count = doneBySecond.at(-1)!;
  return { lateMs, perSecond: count / ((last_ms - fromMs) / 1_000), doneBySecond };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
