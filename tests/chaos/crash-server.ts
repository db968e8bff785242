/**
 * The real server as a process that is killed and started again on the same data folder.
 *
 * 1. The address stays the same over restarts, and so does the session of the owner.
 * 2. `epoch` counts the kills: what a process did can be told apart from what its successor did.
 * 3. After `close` nothing that this started runs any more and the data folder is gone.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '@navette/kit';
import { stopOrphanedPostgres } from '@navette/store';
import { assertNoUnheardRejections, listUnheardRejections, waitFor } from '@navette/testing';
import { findFreePort } from '../../bench/free-port.ts';
import { listTree } from '../../bench/process-tree.ts';
import { readPostgresPid, readSocketDir } from './stored-rows.ts';

const main = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url));

/** server: its Postgres is left behind. everything: the database dies at the same moment. database: alone. */
export type Victim = 'server' | 'everything' | 'database';

export interface CrashServer extends AsyncDisposable {
  url: string;
  dataDir: string;
  /** How often it was killed or stopped. */
  epoch: number;
  /** Epochs that began with a kill of the database alone. */
  lateEpochs: Set<number>;
  /** The process of each epoch. */
  pids: number[];
  pid: number;
  /** Resolves when the server takes work. */
  start(): Promise<void>;
  /** SIGKILL; resolves when the victim has ended. */
  kill(victim?: Victim): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
  /** What the server of this epoch has written to its log and terminal. */
  readonly output: string;
  /** Rejects when the log of an epoch told of a promise that failed while nobody waited for it. */
  close(): Promise<void>;
}

/**
 * Made, not started. `allowedHost`: what workflows may call, as "127.0.0.1:PORT". `onEpoch`: told of each epoch before
 * its server can do anything.
 */
export async function createCrashServer({
  allowedHost,
  onEpoch = () => {},
  env = {},
}: {
  allowedHost: string;
  onEpoch?: (epoch: number) => void;
  env?: Record<string, string>;
}): Promise<CrashServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'navette-crash-'));
  const port = await findFreePort();
  const settings = {
    NAVETTE_PORT: String(port),
    NAVETTE_DATA_DIR: dataDir,
    NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: allowedHost,
    NAVETTE_LOG_FORMAT: 'json',
    ...env,
  };
  return new ServerProcess({ dataDir, port, settings, onEpoch });
}

/** What a killed server sent last may still be on its way to the counting server. */
const settleMs = 50;

class ServerProcess implements CrashServer {
  readonly url: string;
  readonly dataDir: string;
  readonly pids: number[] = [];
  readonly lateEpochs = new Set<number>();
  epoch = -1;
  output = '';
  readonly #settings: Record<string, string>;
  readonly #onEpoch: (epoch: number) => void;
  /** Lines of the log of all epochs that tell of failed promises. */
  readonly #unheard: string[] = [];
  #child: ChildProcess | undefined;
  #ended: Promise<number | null> = Promise.resolve(null);

  constructor(options: {
    dataDir: string;
    port: number;
    settings: Record<string, string>;
    onEpoch: (epoch: number) => void;
  }) {
    this.dataDir = options.dataDir;
    this.url = `http://127.0.0.1:${options.port}`;
    this.#settings = options.settings;
    this.#onEpoch = options.onEpoch;
  }

  get pid(): number {
    return this.#running().pid!;
  }

  async start(): Promise<void> {
    if (this.#child) throw new Error('The server runs already');
    await delay(settleMs);
    this.output = '';
    const child = spawn(process.execPath, [main], {
      env: { ...cleanEnvironment(), ...this.#settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      let line = '';
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output = (this.output + text).slice(-200_000);
        const lines = line + text;
        line = lines.slice(lines.lastIndexOf('\n') + 1);
        this.#unheard.push(...listUnheardRejections(lines.slice(0, lines.length - line.length)));
      });
    }
    this.#child = child;
    this.#ended = new Promise((resolve) =>
      child.once('exit', (code) => {
        this.#child = undefined;
        resolve(code);
      }),
    );
    this.#beginEpoch(child.pid!);
    await waitFor(
      () => {
        if (!this.#child) throw new Error(`The server ended while starting:\n${this.output}`);
        return isReady(this.url);
      },
      { timeoutMs: 60_000, what: 'the server to be ready' },
    );
  }

  async kill(victim: Victim = 'server'): Promise<void> {
    const { pid } = this.#running();
    if (victim === 'database') return this.#killDatabase();
    const others = victim === 'everything' ? listTree(pid!).slice(1) : [];
    process.kill(pid!, 'SIGKILL');
    for (const other of [...others, readPostgresPid(this.dataDir)]) {
      if (victim === 'everything' && other !== undefined) killIfAlive(other);
    }
    await this.#ended;
  }

  stop(): Promise<number | null> {
    this.signal('SIGTERM');
    return this.#ended;
  }

  signal(signal: NodeJS.Signals): void {
    this.#running().kill(signal);
  }

  async close(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended;
    // Where the data folder is closed to Postgres, the socket has a folder of its own in the temporary one.
    const socketDir = readSocketDir(this.dataDir);
    await stopOrphanedPostgres(this.dataDir, silentLogger);
    for (const folder of [this.dataDir, socketDir]) {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    }
    assertNoUnheardRejections(this.#unheard.join('\n'));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #killDatabase(): Promise<void> {
    const pid = await waitFor(() => readPostgresPid(this.dataDir), { what: 'a Postgres to kill' });
    for (const one of listTree(pid)) killIfAlive(one);
    this.lateEpochs.add(this.epoch + 1);
    this.#beginEpoch(this.pid);
  }

  #beginEpoch(pid: number): void {
    this.epoch += 1;
    this.pids.push(pid);
    this.#onEpoch(this.epoch);
  }

  #running(): ChildProcess {
    if (!this.#child) throw new Error('The server does not run');
    return this.#child;
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/api/v1/health/ready`);
    await response.text();
    return response.ok;
  } catch {
    return false;
  }
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Settings of the person who runs the tests must not reach the server under test. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(NAVETTE_|DATABASE_URL$|REDIS_URL$|PORT$|NODE_OPTIONS$|VITEST)/.test(name),
  );
  return Object.fromEntries(entries);
}
