/**
 * Very many executions that wait for a year: what they cost a server that only has to keep them. Memory and CPU of the
 * server without any, then with all of them, and how long a restart takes in between.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchOptions } from '../arguments.ts';
import {
  connectToStore,
  type NavetteServer,
  publishFirstWorkflow,
  readPostgresPid,
  startNavetteServer,
} from '../navette-server.ts';
import { listTree, readCpuSeconds, readProportionalMiB, readResidentMiB } from '../process-tree.ts';
import { type Spread, spreadOf } from '../statistics.ts';
import { fillWaits } from './fill-waits.ts';
import { waitWorkflow } from './wait-workflow.ts';

const defaultCount = 1_000_000;
const yearMs = 365 * 86_400_000;
const restMs = 10_000;

export interface RestUse {
  serverMiB: number | undefined;
  postgresMiB: number | undefined;
  serverCpuPercent: number | undefined;
  postgresCpuPercent: number | undefined;
}

export interface ParkedResult {
  count: number;
  restSeconds: number;
  empty: RestUse;
  parked: RestUse;
  /** From spawning the process to the answer that it can take work. */
  emptyRestartMs: Spread;
  restartMs: Spread;
  /** The same after a kill of the server; its Postgres goes on. */
  restartAfterKillMs: Spread;
}

export async function measureParked(options: BenchOptions): Promise<ParkedResult> {
  const count = options.count ?? defaultCount;
  const restSeconds = options.seconds;
  const dataDir = mkdtempSync(join(tmpdir(), 'navette-bench-parked-'));
  let server = await startNavetteServer(dataDir);
  const restart = async (kill: boolean): Promise<number> => {
    if (kill) {
      process.kill(server.pid, 'SIGKILL');
      await server.ended;
    } else await server.stop();
    const startedAt = performance.now();
    server = await startNavetteServer(dataDir);
    return performance.now() - startedAt;
  };
  const repeat = async (kill: boolean): Promise<Spread> => {
    const times: number[] = [];
    for (let round = 0; round < options.rounds; round++) times.push(await restart(kill));
    return spreadOf(times);
  };
  try {
    await publishFirstWorkflow(server, { name: 'Parked', definition: waitWorkflow });
    console.error('parked: without any');
    const emptyRestartMs = await repeat(false);
    const empty = await measureRest(server, restSeconds);
    const store = await connectToStore(dataDir);
    const times = { fromMs: Date.now() + yearMs, spreadMs: yearMs };
    await fillWaits(store, { count, name: 'parked', times });
    await store.end();
    console.error('parked: with all of them');
    const restartMs = await repeat(false);
    const restartAfterKillMs = await repeat(true);
    const parked = await measureRest(server, restSeconds);
    return { count, restSeconds, empty, parked, emptyRestartMs, restartMs, restartAfterKillMs };
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measureRest(server: NavetteServer, seconds: number): Promise<RestUse> {
  const postgresPid = readPostgresPid(server.dataDir);
  await pause(restMs);
  const readUse = () => ({
    server: readCpuSeconds([server.pid]),
    postgres: readCpuSeconds(listTree(postgresPid)),
  });
  const before = readUse();
  await pause(seconds * 1_000);
  const after = readUse();
  const percent = (from: number | undefined, to: number | undefined) =>
    from === undefined || to === undefined ? undefined : ((to - from) * 100) / seconds;
  return {
    serverMiB: readResidentMiB(server.pid),
    postgresMiB: readProportionalMiB(listTree(postgresPid)),
    serverCpuPercent: percent(before.server, after.server),
    postgresCpuPercent: percent(before.postgres, after.postgres),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
