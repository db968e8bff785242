/**
 * A coded workflow has made 1,000 calls, each an effect in the journal, and is in the middle of the next one when its
 * server gets a `kill -9`. How long the server that is then started on its data folder needs from taking the execution up
 * to the first call that was not made before. It comes after the answers to all others: the program has run again.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowDefinitionInput } from '@navette/contracts';
import type { BenchOptions } from '../arguments.ts';
import {
  type NavetteServer,
  publishFirstWorkflow,
  readPostgresPid,
  startNavetteServer,
} from '../navette-server.ts';
import { OwnerSession } from '../owner-session.ts';
import { listTree, readCpuSeconds } from '../process-tree.ts';
import { type Spread, spreadOf } from '../statistics.ts';
import { type CallServer, startCallServer } from './call-server.ts';
import { readFence, watchForClaim } from './watch-for-claim.ts';

const defaultCount = 1_000;
/** Calls after the one in flight. */
const callsAfter = 5;
const patienceMs = 60_000;

interface ReplayRound {
  /** From the commit that gave the execution to the new server to the first call that was not made before. */
  sinceClaimMs: number;
  /** The same from the start of the server's process. */
  sinceStartMs: number;
  /** All calls before the crash, one after the other. */
  firstRunMs: number;
  /** From the claim to the first new call: the server and what runs the program; Postgres. */
  serverCpuMs: number | undefined;
  postgresCpuMs: number | undefined;
}

export interface ReplayResult {
  /** Calls that are answered from the journal. */
  count: number;
  rounds: ReplayRound[];
  sinceClaimMs: Spread;
  sinceStartMs: Spread;
  firstRunMs: Spread;
}

interface World {
  dataDir: string;
  env: Record<string, string>;
  other: CallServer;
  workflowId: string;
  count: number;
}

export async function measureReplay(options: BenchOptions): Promise<ReplayResult> {
  const count = options.count ?? defaultCount;
  const dataDir = mkdtempSync(join(tmpdir(), 'navette-bench-replay-'));
  const other = await startCallServer();
  const env = { NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: other.host, NAVETTE_HTTP_TIMEOUT_MS: '120000' };
  let server = await startNavetteServer(dataDir, { env });
  try {
    const definition = createProgram(other.url, count + 1 + callsAfter);
    const { workflowId } = await publishFirstWorkflow(server, { name: 'Replay', definition });
    const rounds: ReplayRound[] = [];
    for (let round = 1; round <= options.rounds; round++) {
      console.error(`replay: round ${round} of ${options.rounds}`);
      const measured = await measureRound({ count, dataDir, env, other, workflowId }, server);
      server = measured.heir;
      rounds.push(measured.round);
    }
    return {
      count,
      rounds,
      sinceClaimMs: spreadOf(rounds.map((round) => round.sinceClaimMs)),
      sinceStartMs: spreadOf(rounds.map((round) => round.sinceStartMs)),
      firstRunMs: spreadOf(rounds.map((round) => round.firstRunMs)),
    };
  } finally {
    await server.stop();
    await other.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measureRound(
  { count, dataDir, env, other, workflowId }: World,
  server: NavetteServer,
): Promise<{ heir: NavetteServer; round: ReplayRound }> {
  const session = await OwnerSession.signIn(server.url);
  other.calls.length = 0;
  other.holdFrom(count + 1);
  const begunAt = Date.now();
  const path = `/api/v1/workflows/${workflowId}/run`;
  const { executionId } = await session.post<{ executionId: string }>(path, {});
  const firstRunMs = (await other.waitFor(count + 1)) - begunAt;
  const fence = await readFence(dataDir, executionId);
  process.kill(server.pid, 'SIGKILL');
  await server.ended;
  other.release();

  const startedAt = Date.now();
  const starting = startNavetteServer(dataDir, { env });
  const claimedAt = await watchForClaim(dataDir, executionId, fence);
  const before = readUse(dataDir);
  const newCallAt = await other.waitFor(count + 2);
  const after = readUse(dataDir);
  const heir = await starting;
  await untilSucceeded(await OwnerSession.signIn(heir.url), executionId);
  assertRepeatedNothing(other, count);
  return {
    heir,
    round: {
      sinceClaimMs: newCallAt - claimedAt,
      sinceStartMs: newCallAt - startedAt,
      firstRunMs,
      serverCpuMs: subtract(after.server, before.server),
      postgresCpuMs: subtract(after.postgres, before.postgres),
    },
  };
}

/** CPU seconds of what runs on the data folder: Postgres, and the server that started it without it. */
function readUse(dataDir: string): { server: number | undefined; postgres: number | undefined } {
  const postgres = readPostgresPid(dataDir);
  const children = new Set(listTree(process.pid));
  const own = listTree(postgres);
  const server = [...children].filter((pid) => pid !== process.pid && !own.includes(pid));
  return { server: readCpuSeconds(server), postgres: readCpuSeconds(own) };
}

function subtract(after: number | undefined, before: number | undefined): number | undefined {
  return after === undefined || before === undefined ? undefined : (after - before) * 1_000;
}

/** Calls one after the other; each takes along what the one before was answered with. */
function createProgram(url: string, calls: number): WorkflowDefinitionInput {
  const source = `export default async function (ctx) {
  let receipt = 'none';
  for (let call = 1; call <= ${calls}; call++) {
    const request = { method: 'POST', url: '${url}/' + call, bodyKind: 'json', jsonBody: { call, receipt } };
    ({ receipt } = await ctx.http(request, { name: 'pay' }));
  }
  return { receipt };
}
`;
  return {
    nodes: [
      { id: 'start', name: 'Start', type: 'manual-trigger' },
      {
        id: 'program',
        name: 'Program',
        type: 'program',
        parameters: { source, allowedHosts: ['127.0.0.1'] },
      },
    ],
    edges: [{ from: 'start', to: 'program' }],
  };
}

async function untilSucceeded(session: OwnerSession, executionId: string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const { status } = await session.get<{ status: string }>(`/api/v1/executions/${executionId}`);
    if (status === 'succeeded') return;
    if (status === 'failed' || status === 'cancelled') throw new Error(`The execution ${status}`);
    if (Date.now() > deadline) throw new Error(`The execution is ${status} after ${patienceMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Every call was made once under one key, but the one in flight: that one twice, under the same key. */
function assertRepeatedNothing({ calls }: CallServer, count: number): void {
  const last = count + 1 + callsAfter;
  for (let call = 1; call <= last; call++) {
    const made = calls.filter((one) => one.call === call);
    const times = call === count + 1 ? 2 : 1;
    if (made.length !== times) throw new Error(`Call ${call} was made ${made.length} times`);
  }
  const keys = new Set(calls.map(({ key }) => key));
  if (keys.size !== last || calls.length !== last + 1)
    throw new Error(`${calls.length} requests came for ${last} calls, with ${keys.size} keys`);
}
