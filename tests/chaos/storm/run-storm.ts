/**
 * The storm: callers start mixed executions without pause while chance kills, freezes and cuts what runs them; then the
 * weather calms, everything that was accepted must come to its end, and calls and rows are compared.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { routes } from '@navette/contracts';
import { waitFor } from '@navette/testing';
import { type CountingServer, startCountingServer } from '../counting-server.ts';
import { createRandomFrom, type SeededRandom } from '../seeded-random.ts';
import { checkStorm, type StormVerdict } from './check-storm.ts';
import { type MemberName, openStormCluster, type StormCluster } from './storm-cluster.ts';
import { startedWorkflows, stormWorkflows } from './storm-workflows.ts';

export type StormFault =
  | 'kill worker'
  | 'kill api'
  | 'kill scheduler'
  | 'kill postgres'
  | 'kill redis'
  | 'flush redis'
  | 'freeze worker'
  | 'cut connections'
  | 'lose answers';

/** One deal of the weather: mostly killed processes, and one of everything else. */
const dealt: readonly StormFault[] = [
  ...Array<StormFault>(6).fill('kill worker'),
  ...Array<StormFault>(2).fill('kill api'),
  ...Array<StormFault>(2).fill('kill scheduler'),
  'kill postgres',
  'kill redis',
  'flush redis',
  'freeze worker',
  'cut connections',
  'lose answers',
];

export interface StormReport extends StormVerdict {
  seconds: number;
  faults: Record<StormFault, number>;
  brokenConnections: number;
}

/** Longer than the lease, so that others take over while the process stands still. */
const freezeMs = 8_000;

export async function runStorm(options: {
  random: SeededRandom;
  /** How long the weather is bad. */
  seconds: number;
  callers: number;
  /** Mean pause between faults. */
  everyMs: number;
  /** These in turn instead of shuffled deals. */
  plan?: readonly StormFault[];
  onFault?: (fault: StormFault, accepted: number) => void;
}): Promise<StormReport> {
  const { random, seconds, callers, everyMs, plan, onFault = () => {} } = options;
  const delays = createRandomFrom(random.seed + 1);
  const counting = await startCountingServer(() => ({ after: delay(delays.integer(0, 10)) }));
  const cluster = await openStormCluster(`127.0.0.1:${counting.port}`);
  try {
    const startedAt = performance.now();
    const ids = await createWorkflows(cluster, counting);
    const accepted = new Map<string, { executionId: string; workflow: string }>();
    const thaws: number[] = [];
    const counts = Object.fromEntries(dealt.map((fault) => [fault, 0])) as Record<StormFault, number>;
    const over = new AbortController();
    const calling = Array.from({ length: callers }, (_, caller) =>
      callOn({ cluster, ids, accepted, caller, signal: over.signal }),
    );
    const until = performance.now() + seconds * 1_000;
    for (const fault of plan ?? dealForever(random)) {
      if (performance.now() >= until) break;
      await delay(random.integer(Math.floor(everyMs / 2), Math.floor(everyMs * 1.5)));
      onFault(fault, accepted.size);
      counts[fault] += 1;
      await strike(cluster, fault, random);
      if (fault === 'freeze worker') thaws.push(performance.now());
    }
    over.abort();
    await Promise.all(calling);
    await waitForEnds(cluster, accepted);
    const verdict = await checkStorm({ cluster, counting, accepted, thaws });
    return {
      ...verdict,
      seconds: Math.round((performance.now() - startedAt) / 1_000),
      faults: counts,
      brokenConnections: cluster.proxy.broken,
    };
  } finally {
    await cluster.close();
    await counting.close();
  }
}

/** Deal after deal, each in an order of its own, so that no fault is left out by chance. */
function* dealForever(random: SeededRandom): Generator<StormFault> {
  for (;;) {
    const deal = [...dealt];
    while (deal.length > 0) yield deal.splice(random.integer(0, deal.length - 1), 1)[0]!;
  }
}

async function createWorkflows(
  cluster: StormCluster,
  counting: CountingServer,
): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const { name, define } of stormWorkflows) {
    const definition = define(counting.url, ids);
    const { id } = await cluster.api.api(routes.createWorkflow, { body: { name, definition } });
    await cluster.api.api(routes.publishWorkflow, { params: { workflowId: id }, body: {} });
    ids.set(name, id);
  }
  return ids;
}

/** Starts executions one after the other; each is asked for under one key until it is accepted. */
async function callOn(options: {
  cluster: StormCluster;
  ids: ReadonlyMap<string, string>;
  accepted: Map<string, { executionId: string; workflow: string }>;
  caller: number;
  signal: AbortSignal;
}): Promise<void> {
  const { cluster, ids, accepted, caller, signal } = options;
  for (let number = 0; !signal.aborted; number++) {
    const run = `caller-${caller}-run-${number}`;
    const workflow = startedWorkflows[(caller + number) % startedWorkflows.length]!.name;
    const executionId = await startOne(cluster, ids.get(workflow)!, run, signal);
    if (executionId !== undefined) accepted.set(run, { executionId, workflow });
  }
}

async function startOne(
  cluster: StormCluster,
  workflowId: string,
  run: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (;;) {
    try {
      const response = await fetch(`${cluster.api.url}/api/v1/workflows/${workflowId}/run`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${cluster.api.apiKey}`,
          'idempotency-key': run,
        },
        body: JSON.stringify({ target: 'published', input: { run } }),
        signal: AbortSignal.timeout(20_000),
      });
      const answer = (await response.json()) as { executionId?: string };
      if (response.status === 202 && answer.executionId) return answer.executionId;
    } catch {
      // The API is being killed, or its answer was lost: the key makes it safe to ask again.
    }
    // Whoever was never answered has no promise; the rows are checked all the same.
    if (signal.aborted) return undefined;
    await delay(200);
  }
}

async function strike(cluster: StormCluster, fault: StormFault, random: SeededRandom): Promise<void> {
  const worker = random.pick<MemberName>(['worker-1', 'worker-2']);
  switch (fault) {
    case 'kill worker':
      return cluster.replace(worker);
    case 'kill api':
      return cluster.replace('api');
    case 'kill scheduler':
      return cluster.replace('scheduler');
    case 'kill postgres':
      return cluster.killPostgres();
    case 'kill redis':
      await cluster.redis?.kill();
      await delay(random.integer(100, 3_000));
      return cluster.redis?.start();
    case 'flush redis':
      await cluster.redis?.command('FLUSHALL');
      return;
    case 'freeze worker': {
      const pid = cluster.pidOf(worker);
      process.kill(pid, 'SIGSTOP');
      await delay(freezeMs);
      process.kill(pid, 'SIGCONT');
      return;
    }
    case 'cut connections':
      return cluster.proxy.cut();
    case 'lose answers':
      cluster.proxy.loseAnswers(random.integer(20, 300));
      await delay(400);
  }
}

async function waitForEnds(
  cluster: StormCluster,
  accepted: ReadonlyMap<string, { executionId: string }>,
): Promise<void> {
  for (const [run, { executionId }] of accepted) {
    await waitFor(
      async () => {
        const found = await cluster.api
          .api(routes.getExecution, { params: { executionId } })
          .catch(() => undefined);
        return found && found.finishedAt !== null;
      },
      { timeoutMs: 180_000, what: `${executionId} of ${run} to end` },
    );
  }
}
