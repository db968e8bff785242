/** The real server (apps/server/src/main.ts) on a data folder, with an owner signed in, for benchmarks. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkflowDefinitionInput } from '@navette/contracts';
import pg from 'pg';
import { serverFlags } from '../scripts/setup/server-flags.mjs';
import { type ChildProgram, startProgram } from './child-program.ts';
import { findFreePort } from './free-port.ts';

const main = fileURLToPath(new URL('../apps/server/src/main.ts', import.meta.url));
const owner = { name: 'Bench', email: 'bench@example.com', password: 'a long password for bench' };

export interface NavetteServer extends ChildProgram {
  url: string;
  dataDir: string;
}

/** Resolves when `isReady` says so: by default when the server says that it can take work. */
export async function startNavetteServer(
  dataDir: string,
  isReady: (url: string) => Promise<boolean> = isHealthy,
): Promise<NavetteServer> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram({
    name: 'The server',
    command: process.execPath,
    args: [...serverFlags, main],
    env: { NAVETTE_PORT: String(port), NAVETTE_DATA_DIR: dataDir, NAVETTE_LOG_LEVEL: 'warn' },
    isReady: () => isReady(url),
  });
  return { ...program, url, dataDir };
}

/** Creates the owner on a new data folder, then creates and publishes the workflow. */
export async function publishFirstWorkflow(
  server: NavetteServer,
  workflow: { name: string; definition: WorkflowDefinitionInput },
): Promise<void> {
  const setup = await post(`${server.url}/api/v1/setup`, owner);
  const cookie = setup.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const headers = { cookie, origin: server.url };
  const created = await post(`${server.url}/api/v1/workflows`, workflow, headers);
  const { id } = (await created.json()) as { id: string };
  await post(`${server.url}/api/v1/workflows/${id}/publish`, {}, headers);
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

async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`);
  return response;
}
