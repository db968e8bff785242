/**
 * Two processes on one Postgres; the one that has all executions in flight, each waiting for the answer to a request, is
 * killed. How long until the other one repeats the first request, and until everything has ended.
 */
import type { WorkflowDefinitionInput } from '@navette/contracts';
import type { BenchOptions } from '../arguments.ts';
import { type Cluster, openCluster } from '../cluster.ts';
import type { NavetteServer } from '../navette-server.ts';
import { OwnerSession } from '../owner-session.ts';
import { readCpuSeconds } from '../process-tree.ts';
import { type Spread, spreadOf } from '../statistics.ts';
import { type HeldServer, startHeldServer } from './held-server.ts';

const defaultCount = 100;
const patienceMs = 60_000;

interface TakeoverRound {
  firstResumedMs: number;
  allResumedMs: number;
  allFinishedMs: number;
  /** Of the process that took over and of Postgres, from the kill to the last end. */
  cpuMicrosPerExecution: number | undefined;
}

export interface TakeoverResult {
  count: number;
  leaseMs: number;
  rounds: TakeoverRound[];
  firstResumedMs: Spread;
  allResumedMs: Spread;
  allFinishedMs: Spread;
}

const leaseMs = 3_000;

export async function measureTakeover(options: BenchOptions): Promise<TakeoverResult> {
  const count = options.count ?? defaultCount;
  const other = await startHeldServer();
  const cluster = await openCluster();
  try {
    const env = {
      NAVETTE_WORKER_CONCURRENCY: String(Math.max(32, count)),
      NAVETTE_LEASE_MS: String(leaseMs),
      NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: other.host,
      NAVETTE_HTTP_TIMEOUT_MS: '120000',
    };
    let victim = await cluster.start(env);
    const owner = await OwnerSession.signUp(victim.url);
    const { id: workflowId } = await owner.post<{ id: string }>('/api/v1/workflows', {
      name: 'Takeover',
      definition: createCall(other.url),
    });
    const rounds: TakeoverRound[] = [];
    for (let round = 0; round < options.rounds; round++) {
      console.error(`takeover: round ${round + 1} of ${options.rounds}`);
      const session = round === 0 ? owner : await OwnerSession.signIn(victim.url);
      const start = () => session.post(`/api/v1/workflows/${workflowId}/run`, {});
      other.hold();
      other.calls.length = 0;
      await Promise.all(Array.from({ length: count }, start));
      await waitFor(() => other.calls.length === count, 'all requests to be in flight');
      // Not before: it must not get any of them.
      const heir = await cluster.start(env);
      rounds.push(
        await killAndMeasure({ cluster, victim, heir, other, count: count * (round + 1), inFlight: count }),
      );
      victim = heir;
    }
    return {
      count,
      leaseMs,
      rounds,
      firstResumedMs: spreadOf(rounds.map((each) => each.firstResumedMs)),
      allResumedMs: spreadOf(rounds.map((each) => each.allResumedMs)),
      allFinishedMs: spreadOf(rounds.map((each) => each.allFinishedMs)),
    };
  } finally {
    await cluster.close();
    await other.close();
  }
}

async function killAndMeasure(options: {
  cluster: Cluster;
  victim: NavetteServer;
  heir: NavetteServer;
  other: HeldServer;
  /** Executions so far, those of former rounds included. */
  count: number;
  inFlight: number;
}): Promise<TakeoverRound> {
  const { cluster, count, heir, inFlight, other, victim } = options;
  const pids = () => [heir.pid, ...cluster.listPostgres()];
  const before = readCpuSeconds(pids());
  const killedAt = performance.now();
  process.kill(victim.pid, 'SIGKILL');
  await victim.ended;
  other.release();
  await waitFor(() => other.calls.length >= inFlight * 2, 'all requests to be repeated');
  const repeated = other.calls.slice(inFlight);
  await waitFor(async () => (await countSucceeded(cluster)) === count, 'all executions to end');
  const allFinishedMs = performance.now() - killedAt;
  const after = readCpuSeconds(pids());
  assertRepeatedOnce(other, inFlight);
  return {
    firstResumedMs: repeated[0]!.atMs - killedAt,
    allResumedMs: repeated.at(-1)!.atMs - killedAt,
    allFinishedMs,
    cpuMicrosPerExecution:
      before === undefined || after === undefined ? undefined : ((after - before) * 1e6) / inFlight,
  };
}

/** Each request was in flight when its process was killed: it is made once more, and no more than that. */
function assertRepeatedOnce({ calls }: HeldServer, inFlight: number): void {
  const times = Map.groupBy(calls, (call) => call.path);
  const wrong = [...times].filter(([, made]) => made.length !== 2);
  if (times.size !== inFlight || wrong.length > 0)
    throw new Error(`${times.size} executions made ${calls.length} requests, not two each`);
}

async function countSucceeded({ database }: Cluster): Promise<number> {
  const { rows } = await database.pool.query<{ done: number }>(
    `SELECT count(*)::int AS done FROM executions WHERE status = 'succeeded'`,
  );
  return rows[0]!.done;
}

function createCall(url: string): WorkflowDefinitionInput {
  return {
    nodes: [
      { id: 'start', name: 'Start', type: 'manual-trigger' },
      {
        id: 'call',
        name: 'Call',
        type: 'http-request',
        parameters: { method: 'POST', url: `${url}/{{ $execution.id }}` },
      },
      { id: 'done', name: 'Done', type: 'no-op' },
    ],
    edges: [
      { from: 'start', to: 'call' },
      { from: 'call', to: 'done' },
    ],
  };
}

async function waitFor(probe: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await probe())) {
    if (Date.now() > deadline) throw new Error(`Waited ${patienceMs} ms for ${what} in vain`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
