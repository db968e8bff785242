/**
 * The queue API under steady load: executions of three nodes are queued at a fixed rate, and each is asked for once. In one
 * more round the server is killed in the middle of it and started again. Every execution that was accepted has to be stored
 * and to succeed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scopes, type WorkflowDefinitionInput } from '@navette/contracts';
import { decodeId } from '@navette/kit';
import type pg from 'pg';
import type { BenchOptions } from '../arguments.ts';
import {
  connectToStore,
  type NavetteServer,
  publishFirstWorkflow,
  startNavetteServer,
} from '../navette-server.ts';
import { listTree, readCpuSeconds } from '../process-tree.ts';
import { percentileOf } from '../statistics.ts';
import { assertDurable, type Durability } from '../webhook/stored-executions.ts';
import { runSteadyLoad, type SteadyPlan, type SteadyResult } from './steady-load.ts';

const defaultPerSecond = 200;
const warmUpSeconds = 2;
const patienceMs = 120_000;

export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

export interface QueueApiRound {
  accepted: number;
  refused: number;
  /** Of those accepted, ended within the time of the load: per second. */
  endedPerSecond: number;
  executeMs: Percentiles;
  statusMs: Percentiles;
  /** From its acceptance to its end, by the rows. */
  endMs: Percentiles;
  /** Accepted, and not stored or not succeeded. */
  lost: number;
  /** Of the server and everything that it started. */
  cpuMicrosPerExecution: number | undefined;
}

export interface QueueApiResult {
  perSecond: number;
  seconds: number;
  durability: Durability;
  rounds: QueueApiRound[];
  /** With a kill -9 of the server in the middle. */
  killed: QueueApiRound & { restartMs: number };
}

const workflow: WorkflowDefinitionInput = {
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    {
      id: 'set',
      name: 'Set',
      type: 'set-fields',
      parameters: { fields: [{ name: 'total', type: 'number', value: '{{ $json.order * 2 }}' }] },
    },
    { id: 'end', name: 'End', type: 'no-op' },
  ],
  edges: [
    { from: 'start', to: 'set' },
    { from: 'set', to: 'end' },
  ],
};

export async function measureQueueApi(options: BenchOptions): Promise<QueueApiResult> {
  const dataDir = mkdtempSync(join(tmpdir(), 'navette-bench-'));
  const perSecond = options.count ?? defaultPerSecond;
  const { rounds: count, seconds } = options;
  let server = await startNavetteServer(dataDir);
  let store = await connectToStore(dataDir);
  try {
    const { owner, workflowId } = await publishFirstWorkflow(server, {
      name: 'Queue',
      definition: workflow,
    });
    const { secret } = await owner.post<{ secret: string }>('/api/v1/api-keys', { name: 'bench', scopes });
    const target = { url: server.url };
    const plan: SteadyPlan = { target, apiKey: secret, workflowId, perSecond, seconds };
    const durability = await assertDurable(store);
    console.error('queue-api: warming up');
    await runSteadyLoad({ ...plan, seconds: warmUpSeconds });
    const rounds: QueueApiRound[] = [];
    for (let round = 0; round < count; round++) {
      console.error(`queue-api: round ${round + 1} of ${count}, ${perSecond}/s for ${seconds} s`);
      const before = readCpuSeconds(listTree(server.pid));
      const loaded = await runSteadyLoad(plan);
      if (loaded.refused > 0)
        throw new Error(`${loaded.refused} requests were not answered as they should be`);
      const after = readCpuSeconds(listTree(server.pid));
      const cpu = before === undefined || after === undefined ? undefined : after - before;
      rounds.push(await describeRound(store, loaded, { seconds, cpu }));
    }
    console.error('queue-api: a round with a kill -9 in the middle');
    const loading = runSteadyLoad(plan);
    await new Promise((resolve) => setTimeout(resolve, seconds * 500));
    const restarted = await killAndStart(server);
    server = restarted.server;
    target.url = server.url;
    await store.end().catch(() => {});
    store = await connectToStore(dataDir);
    const killed = await describeRound(store, await loading, { seconds, cpu: undefined });
    const lost = [...rounds, killed].reduce((sum, round) => sum + round.lost, 0);
    if (lost > 0) throw new Error(`${lost} executions were accepted and have not succeeded`);
    return {
      perSecond,
      seconds,
      durability,
      rounds,
      killed: { ...killed, restartMs: restarted.restartMs },
    };
  } finally {
    await store.end().catch(() => {});
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function killAndStart(server: NavetteServer): Promise<{ server: NavetteServer; restartMs: number }> {
  const killedAt = performance.now();
  process.kill(server.pid, 'SIGKILL');
  await server.ended;
  const next = await startNavetteServer(server.dataDir);
  return { server: next, restartMs: performance.now() - killedAt };
}

interface EndRow {
  succeeded: number;
  open: number;
  /** Ascending. */
  endMs: number[];
  endedInTime: number;
}

/** Waits until everything that was accepted has ended. */
async function describeRound(
  store: pg.Client,
  { accepted, executeMs, refused, statusMs }: SteadyResult,
  { cpu, seconds }: { cpu: number | undefined; seconds: number },
): Promise<QueueApiRound> {
  const ids = accepted.map((id) => decodeId('execution', id)!);
  const deadline = performance.now() + patienceMs;
  let row = await readEnds(store, ids, seconds);
  while (row.open > 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    row = await readEnds(store, ids, seconds);
  }
  return {
    accepted: accepted.length,
    refused,
    endedPerSecond: row.endedInTime / seconds,
    executeMs: toPercentiles(executeMs),
    statusMs: toPercentiles(statusMs),
    endMs: toPercentiles(row.endMs),
    lost: accepted.length - row.succeeded,
    cpuMicrosPerExecution: cpu === undefined ? undefined : (cpu * 1e6) / accepted.length,
  };
}

async function readEnds(store: pg.Client, ids: readonly string[], seconds: number): Promise<EndRow> {
  const { rows } = await store.query<EndRow>(
    `SELECT count(*) FILTER (WHERE status = 'succeeded')::int AS succeeded,
       count(*) FILTER (WHERE finished_at IS NULL)::int AS open,
       count(*) FILTER (WHERE finished_at <= first.at + make_interval(secs => $2))::int AS "endedInTime",
       coalesce(json_agg(extract(epoch FROM finished_at - created_at) * 1000 ORDER BY finished_at - created_at)
         FILTER (WHERE finished_at IS NOT NULL), '[]') AS "endMs"
     FROM executions, (SELECT min(created_at) AS at FROM executions WHERE id = ANY ($1::uuid[])) first
     WHERE id = ANY ($1::uuid[])`,
    [ids, seconds],
  );
  return rows[0]!;
}

function toPercentiles(sorted: readonly number[]): Percentiles {
  const at = (share: number) => percentileOf(sorted, share);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1)! };
}
