/** The real server (apps/server/src/main.ts) on a data folder, with an owner signed in, for benchmarks. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkflowDefinitionInput } from '@navette/contracts';
import pg from 'pg';
import { serverFlags } from '../scripts/setup/server-flags.mjs';
import { type ChildProgram, startProgram } from './child-program.ts';
import { findFreePort } from './free-port.ts';
import { OwnerSession } from './owner-session.ts';

const main = fileURLToPath(new URL('../apps/server/src/main.ts', import.meta.url));

export interface NavetteServer extends ChildProgram {
  url: string;
  dataDir: string;
}

export interface ServerStart {
  /** Whether it is up; by default when the server says that it can take work. */
  isReady?: (url: string) => Promise<boolean>;
  env?: Record<string, string>;
  /** How long it may take to be. */
  timeoutMs?: number;
}

/** Resolves when the server is ready. */
export async function startNavetteServer(
  dataDir: string,
  { env, isReady = isHealthy, timeoutMs = 60_000 }: ServerStart = {},
): Promise<NavetteServer> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram({
    name: 'The server',
    command: process.execPath,
    args: [...serverFlags, main],
    env: { NAVETTE_PORT: String(port), NAVETTE_DATA_DIR: dataDir, NAVETTE_LOG_LEVEL: 'warn', ...env },
    isReady: () => isReady(url),
    timeoutMs,
  });
  return { ...program, url, dataDir };
}

/** Creates the owner on a new data folder, then creates and publishes the workflow. */
export async function publishFirstWorkflow(
  server: NavetteServer,
  workflow: { name: string; definition: WorkflowDefinitionInput },
): Promise<PublishedWorkflow> {
  const owner = await OwnerSession.signUp(server.url);
  const { id: workflowId } = await owner.post<{ id: string }>('/api/v1/workflows', workflow);
  await owner.post(`/api/v1/workflows/${workflowId}/publish`, {});
  return { owner, workflowId };
}

export interface PublishedWorkflow {
  owner: OwnerSession;
  workflowId: string;
}

/** A connection to the embedded Postgres of the data folder, past the server. */
export async function connectToStore(dataDir: string): Promise<pg.Client> {
  // Line 1 of postmaster.pid is the process, line 4 the port, line 5 the folder of the socket.
  const lines = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
  const client = new pg.Client({
    host: lines[4]!.trim(),
    port: Number(lines[3]),
    user: 'navette',
    database: 'navette',
  });
  await client.connect();
  return client;
}

export function readPostgresPid(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/api/v1/health/ready`);
    await response.text();
    return response.ok;
  } catch {
    return false;
  }
}
