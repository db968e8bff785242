/**
 * The server at rest and coming back: how long from starting the process on a data folder that exists to the first
 * answered webhook, after a clean stop and after a kill, and what it uses when nothing happens.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchOptions } from '../arguments.ts';
import {
  type NavetteServer,
  publishFirstWorkflow,
  readPostgresPid,
  startNavetteServer,
} from '../navette-server.ts';
import { listTree, readCpuSeconds, readProportionalMiB, readResidentMiB } from '../process-tree.ts';
import { type Spread, spreadOf } from '../statistics.ts';
import { isAnswering, path } from '../webhook/order.ts';
import { orderWorkflow } from '../webhook/workflow.ts';

const restMs = 10_000;
const idleMs = 30_000;

export interface StartUpResult {
  /** From spawning the process to the first 2xx answer of a webhook, in milliseconds. */
  afterStopMs: Spread;
  afterKillMs: Spread;
  idle: {
    /** Resident memory of the server process, ten seconds after its last work. */
    serverMiB: number | undefined;
    /** Memory of all processes of the embedded Postgres, shared pages counted once. */
    postgresMiB: number | undefined;
    /** Share of one core over thirty seconds, in percent. */
    serverCpuPercent: number | undefined;
    postgresCpuPercent: number | undefined;
  };
}

export async function measureStartUp(options: BenchOptions): Promise<StartUpResult> {
  const dataDir = mkdtempSync(join(tmpdir(), 'navette-bench-start-'));
  let server = await startNavetteServer(dataDir);
  try {
    await publishFirstWorkflow(server, { name: 'Benchmark', definition: orderWorkflow });
    const afterStop: number[] = [];
    const afterKill: number[] = [];
    for (let round = 1; round <= options.rounds; round++) {
      console.error(`start-up: round ${round} of ${options.rounds}`);
      await server.stop();
      server = await startTimed(dataDir, afterStop);
      await kill(server);
      server = await startTimed(dataDir, afterKill);
    }
    console.error(`start-up: measuring at rest for ${(restMs + idleMs) / 1_000} s`);
    const idle = await measureIdle(server);
    return { afterStopMs: spreadOf(afterStop), afterKillMs: spreadOf(afterKill), idle };
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function startTimed(dataDir: string, times: number[]): Promise<NavetteServer> {
  const startedAt = performance.now();
  const server = await startNavetteServer(dataDir, {
    isReady: (url) => isAnswering(`${url}/webhook/${path}`),
  });
  times.push(performance.now() - startedAt);
  return server;
}

/** The server alone: its Postgres stays behind, as after the real thing. */
async function kill(server: NavetteServer): Promise<void> {
  process.kill(server.pid, 'SIGKILL');
  await server.ended;
}

async function measureIdle(server: NavetteServer): Promise<StartUpResult['idle']> {
  const postgresPid = readPostgresPid(server.dataDir);
  await sleep(restMs);
  const before = readUse(server.pid, postgresPid);
  await sleep(idleMs);
  const after = readUse(server.pid, postgresPid);
  const percent = (from: number | undefined, to: number | undefined) =>
    from === undefined || to === undefined ? undefined : ((to - from) * 100_000) / idleMs;
  return {
    serverMiB: readResidentMiB(server.pid),
    postgresMiB: readProportionalMiB(listTree(postgresPid)),
    serverCpuPercent: percent(before.server, after.server),
    postgresCpuPercent: percent(before.postgres, after.postgres),
  };
}

function readUse(serverPid: number, postgresPid: number) {
  return { server: readCpuSeconds([serverPid]), postgres: readCpuSeconds(listTree(postgresPid)) };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
