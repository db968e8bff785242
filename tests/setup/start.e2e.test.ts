import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readLockOwner } from '@navette/store';
import { waitFor } from '@navette/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const startScript = join(repository, 'scripts', 'start.mjs');

let root: string;
let dataDir: string;
let port: number;
const started: Started[] = [];

interface Started {
  parent: ChildProcess;
  output: string;
  ended: Promise<{ code: number | null; signal: string | null }>;
}

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'navette-start-'));
  chmodSync(root, 0o755);
  dataDir = join(root, 'data');
  port = await findFreePort();
});
afterEach(async () => {
  for (const { parent, ended } of started.splice(0)) {
    parent.kill('SIGTERM');
    await ended;
  }
  rmSync(root, { recursive: true, force: true });
});

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const found = (server.address() as AddressInfo).port;
  server.close();
  await once(server, 'close');
  return found;
}

/** Runs `npm start` without npm, as a process group of its own. */
function start(env: Record<string, string> = {}): Started {
  const parent = spawn(process.execPath, [startScript], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], NAVETTE_DATA_DIR: dataDir, NAVETTE_PORT: String(port), ...env },
  });
  const run: Started = {
    parent,
    output: '',
    ended: once(parent, 'close').then(([code, signal]) => ({ code, signal })),
  };
  for (const stream of [parent.stdout!, parent.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      run.output += text;
    });
  }
  started.push(run);
  return run;
}

interface Pids {
  server: number;
  postgres: number;
}

async function waitUntilReady(run: Started): Promise<Pids> {
  const probe = async () => {
    if (run.parent.exitCode !== null) throw new Error(`The server ended:\n${run.output}`);
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/health/ready`).catch(() => undefined);
    return response?.ok;
  };
  await waitFor(probe, { timeoutMs: 60_000, what: 'the server to be ready' });
  const pidFile = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8');
  return { server: readLockOwner(dataDir)!.pid, postgres: Number(pidFile.split('\n')[0]) };
}

/** A zombie is dead: in a container there may be nobody to reap an orphan. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

test.each(['SIGTERM', 'SIGINT'] as const)('%s stops everything, Postgres included', async (signal) => {
  const run = start();
  const pids = await waitUntilReady(run);
  process.kill(-run.parent.pid!, signal);
  expect(await run.ended).toEqual({ code: 0, signal: null });
  expect([isAlive(pids.server), isAlive(pids.postgres)]).toEqual([false, false]);
});

test('a second instance on the same folder is refused with the process that has it', async () => {
  const pids = await waitUntilReady(start());
  port = await findFreePort();
  const second = start();
  expect((await second.ended).code).not.toBe(0);
  expect(second.output).toContain(`is in use by pid ${pids.server}`);
  expect(second.output).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
});

test('a port that is taken is named, and nothing is left running', async () => {
  const stranger = createServer().listen(port, '127.0.0.1');
  await once(stranger, 'listening');
  const run = start();
  expect((await run.ended).code).not.toBe(0);
  expect(run.output).toContain(String(port));
  expect(run.output).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(() => readFileSync(join(dataDir, 'postgres', 'postmaster.pid'))).toThrow('ENOENT');
  stranger.close();
});

test('a corrupt configuration file is told with the place of the mistake', async () => {
  writeFileSync(join(root, 'navette.config.json'), '{\n  "port": 4600,\n}');
  const run = start();
  expect((await run.ended).code).not.toBe(0);
  expect(run.output).toContain('line 3, column 1');
  expect(run.output).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
});

test('a killed server ends its parent; the next start takes its Postgres over', async () => {
  const first = start();
  const pids = await waitUntilReady(first);
  process.kill(pids.server, 'SIGKILL');
  expect(await first.ended).toEqual({ code: 137, signal: null });
  expect(isAlive(pids.postgres)).toBe(true);
  const second = start();
  const begin = performance.now();
  const next = await waitUntilReady(second);
  console.log(`Ready again ${Math.round(performance.now() - begin)} ms after the start`);
  expect(next.postgres).toBe(pids.postgres);
  expect(next.server).not.toBe(pids.server);
});

test('a killed parent takes the server and Postgres with it', async () => {
  const run = start();
  const pids = await waitUntilReady(run);
  run.parent.kill('SIGKILL');
  await waitFor(() => !isAlive(pids.server) && !isAlive(pids.postgres), {
    timeoutMs: 30_000,
    what: 'the server and Postgres to stop',
  });
});
