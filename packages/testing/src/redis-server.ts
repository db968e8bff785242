/** A private Redis for tests of what stands on it: a real server on a free port of 127.0.0.1, in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { waitFor } from './wait-for.ts';

const folderPrefix = 'navette-test-redis-';
/** Tells the servers of test runs from others. */
const folderVariable = 'NAVETTE_TEST_REDIS_FOLDER';

export interface RedisServer extends AsyncDisposable {
  /** "redis://127.0.0.1:PORT". */
  url: string;
  port: number;
  /** Sends one command of plain words and gives the raw answer. */
  command(words: string): Promise<string>;
  /** What SIGKILL leaves: nothing. */
  kill(): Promise<void>;
  /** Again on the same port, empty. */
  start(): Promise<void>;
  /** SIGSTOP: it keeps its connections and answers nothing. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** The server program; undefined where there is none, and then tests that need it are skipped. */
export function findRedisServer(): string | undefined {
  if (process.env['NAVETTE_TEST_SKIP_REDIS'] === '1') return undefined;
  const chosen = process.env['NAVETTE_TEST_REDIS'];
  if (chosen) return chosen;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, 'redis-server')).find((path) => existsSync(path));
}

/** Starts one. `password`: of the default user. */
export async function startRedisServer({ password }: { password?: string } = {}): Promise<RedisServer> {
  const program = findRedisServer();
  if (!program) throw new Error('There is no redis-server here (apt-get install redis-server)');
  removeLeftovers();
  const folder = mkdtempSync(join(tmpdir(), folderPrefix));
  writeFileSync(join(folder, 'owner'), String(process.pid));
  const port = await findFreePort();
  let child = await launch(program, folder, port, password);
  const kill = async () => {
    await endProcess(child, 'SIGKILL');
  };
  const stop = async () => {
    child.kill('SIGCONT');
    await endProcess(child, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  const login = password ? `AUTH ${password}\r\n` : '';
  return {
    url: `redis://${password ? `:${password}@` : ''}127.0.0.1:${port}`,
    port,
    command: (words) => ask(port, `${login}${words}`),
    kill,
    async start() {
      child = await launch(program, folder, port, password);
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function launch(
  program: string,
  folder: string,
  port: number,
  password: string | undefined,
): Promise<ChildProcess> {
  const settings = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no', daemonize: 'no' };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  if (password) args.push('--requirepass', password);
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, [folderVariable]: folder },
  });
  let output = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-2_000);
  });
  writeFileSync(join(folder, 'pid'), String(child.pid));
  await waitFor(
    async () => {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}: ${output}`);
      return /PONG|NOAUTH/.test(await ask(port, 'PING').catch(() => ''));
    },
    { timeoutMs: 30_000, what: 'redis-server to answer' },
  );
  return child;
}

function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  return ended;
}

/** Inline commands over a connection of its own; everything that was answered when it is quiet. */
function ask(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.once('error', reject).once('close', () => resolve(answer));
    socket.setTimeout(5_000, () => socket.destroy(new Error('Redis does not answer')));
    socket.write(`${text}\r\nQUIT\r\n`);
  });
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('No port')),
      );
    });
  });
}

/** Test runs that were killed leave a server: the next run ends it. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(folderPrefix)) continue;
    const folder = join(tmpdir(), name);
    const owner = readPid(join(folder, 'owner'));
    if (owner === undefined || isAlive(owner)) continue;
    const pid = readPid(join(folder, 'pid'));
    if (pid !== undefined && isRedisOf(pid, folder)) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

function readPid(path: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10) || undefined;
  } catch {
    return undefined; // Just being made or removed by another run.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A pid may be another program's by now. */
function isRedisOf(pid: number, folder: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`${folderVariable}=${folder}\0`);
  } catch {
    return false;
  }
}
