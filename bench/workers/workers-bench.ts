/**
 * Queued executions per second of two worker processes against one, on one Postgres. An API process fills the queue
 * through a webhook while no worker runs; then workers are started, and the rate is taken between the first and the last
 * tenth of the executions to end, so that neither the start nor the emptying queue counts.
 */
import type { WorkflowDefinitionInput } from '@navette/contracts';
import type { BenchOptions } from '../arguments.ts';
import { type Cluster, openCluster } from '../cluster.ts';
import { OwnerSession } from '../owner-session.ts';
import { readCpuSeconds } from '../process-tree.ts';
import { type Spread, spreadOf } from '../statistics.ts';

const defaultCount = 10_000;
const steps = 20;
const path = 'bench-workers';
const patienceMs = 300_000;
/** Callers that fill the queue. */
const fillers = 16;

interface WorkersTurn {
  workers: number;
  perSecond: number;
  workerCpuMicrosPerExecution: number | undefined;
  postgresCpuMicrosPerExecution: number | undefined;
}

export interface WorkersResult {
  count: number;
  steps: number;
  rounds: { one: WorkersTurn; two: WorkersTurn }[];
  one: Spread;
  two: Spread;
  /** Two over one, within a round. */
  ratio: Spread;
}

export async function measureWorkers(options: BenchOptions): Promise<WorkersResult> {
  const count = options.count ?? defaultCount;
  const cluster = await openCluster();
  try {
    const api = await cluster.start({ NAVETTE_ROLE: 'api' });
    const owner = await OwnerSession.signUp(api.url);
    const { id } = await owner.post<{ id: string }>('/api/v1/workflows', {
      name: 'Workers',
      definition: createChain(),
    });
    await owner.post(`/api/v1/workflows/${id}/publish`, {});
    const scheduler = await cluster.start({ NAVETTE_ROLE: 'scheduler' });
    const rounds: WorkersResult['rounds'] = [];
    for (let round = 0; round < options.rounds; round++) {
      console.error(`workers: round ${round + 1} of ${options.rounds}`);
      const turns = new Map<number, WorkersTurn>();
      for (const workers of round % 2 === 0 ? [1, 2] : [2, 1]) {
        await fillQueue(`${api.url}/webhook/${path}`, count);
        turns.set(workers, await measureTurn(cluster, { count, workers }));
      }
      rounds.push({ one: turns.get(1)!, two: turns.get(2)! });
    }
    await scheduler.stop();
    return {
      count,
      steps,
      rounds,
      one: spreadOf(rounds.map((round) => round.one.perSecond)),
      two: spreadOf(rounds.map((round) => round.two.perSecond)),
      ratio: spreadOf(rounds.map((round) => round.two.perSecond / round.one.perSecond)),
    };
  } finally {
    await cluster.close();
  }
}

async function fillQueue(url: string, count: number): Promise<void> {
  let open = count;
  const lane = async () => {
    while (open > 0) {
      open -= 1;
      const response = await fetch(url, {
        method: 'POST',
        body: '{"n":1}',
        headers: { 'content-type': 'application/json' },
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`The queue took no more: ${response.status} ${text}`);
    }
  };
  await Promise.all(Array.from({ length: fillers }, lane));
}

async function measureTurn(
  cluster: Cluster,
  { count, workers }: { count: number; workers: number },
): Promise<WorkersTurn> {
  const { pool } = cluster.database;
  const { rows: since } = await pool.query<{ at: Date }>('SELECT clock_timestamp() AS at');
  const postgresBefore = readCpuSeconds(cluster.listPostgres());
  const servers = await Promise.all(
    Array.from({ length: workers }, () => cluster.start({ NAVETTE_ROLE: 'worker' })),
  );
  const pids = servers.map((server) => server.pid);
  const workersBefore = readCpuSeconds(pids);
  const deadline = Date.now() + patienceMs;
  for (let done = 0; done < count; ) {
    if (Date.now() > deadline) throw new Error(`Only ${done} of ${count} executions ended`);
    await new Promise((resolve) => setTimeout(resolve, 250));
    const { rows } = await pool.query<{ done: number }>(
      `SELECT count(*)::int AS done FROM executions WHERE status = 'succeeded' AND finished_at >= $1`,
      [since[0]!.at],
    );
    done = rows[0]!.done;
  }
  const workersAfter = readCpuSeconds(pids);
  const postgresAfter = readCpuSeconds(cluster.listPostgres());
  for (const server of servers) await server.stop();
  const { rows } = await pool.query<{ seconds: number }>(
    `SELECT extract(epoch FROM percentile_disc(0.9) WITHIN GROUP (ORDER BY finished_at)
       - percentile_disc(0.1) WITHIN GROUP (ORDER BY finished_at))::float8 AS seconds
     FROM executions WHERE status = 'succeeded' AND finished_at >= $1`,
    [since[0]!.at],
  );
  return {
    workers,
    perSecond: (count * 0.8) / rows[0]!.seconds,
    workerCpuMicrosPerExecution: perExecution(workersBefore, workersAfter, count),
    postgresCpuMicrosPerExecution: perExecution(postgresBefore, postgresAfter, count),
  };
}

function perExecution(
  before: number | undefined,
  after: number | undefined,
  count: number,
): number | undefined {
  return before === undefined || after === undefined ? undefined : ((after - before) * 1e6) / count;
}

/** webhook → 20 × set fields, each with an expression */
function createChain(): WorkflowDefinitionInput {
  const ids = Array.from({ length: steps }, (_, index) => `set-${index + 1}`);
  return {
    nodes: [
      { id: 'hook', name: 'Hook', type: 'webhook-trigger', parameters: { path, respond: 'immediately' } },
      ...ids.map((id, index) => ({
        id,
        name: id,
        type: 'set-fields',
        parameters: { fields: [{ name: 'n', type: 'number', value: `{{ ${index} + 1 }}` }] },
      })),
    ],
    edges: ids.map((to, index) => ({ from: ids[index - 1] ?? 'hook', to })),
  };
}
