/**
 * A Postgres as operators have one: reached by TCP, with the pg_dump of its version beside it. That is the one that is
 * installed here; where there is none, the built-in one over its socket, which no installed pg_dump can read.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger } from '@navette/kit';
import { startEmbeddedPostgres } from '@navette/store';
import { waitFor } from '@navette/testing';
import pg from 'pg';
import { findFreePort } from './start-server.ts';

export interface OwnPostgres {
  /** Of the database "navette". */
  url: string;
  /** Whether the pg_dump of the PATH reads it. */
  hasDump: boolean;
  /** Makes an empty database and gives its address. */
  createDatabase(name: string): Promise<string>;
  /** SIGKILL to all of it. */
  kill(): Promise<void>;
  /** Again, on what is in its files. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** `dir`: an empty folder that others may enter. */
export async function startOwnPostgres(dir: string): Promise<OwnPostgres> {
  const programs = findPrograms();
  return programs ? startInstalled(programs, dir) : startBuiltIn(dir);
}

/** The folder of the server programs of the pg_dump that a shell finds. */
function findPrograms(): string | undefined {
  try {
    const folder = execFileSync('pg_config', ['--bindir'], { encoding: 'utf8' }).trim();
    const versionOf = (program: string) =>
      /\) (\d+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1];
    const isWhole = ['initdb', 'postgres'].every((name) => existsSync(join(folder, name)));
    return isWhole && versionOf('pg_dump') === versionOf(join(folder, 'postgres')) ? folder : undefined;
  } catch {
    return undefined; // Not installed.
  }
}

async function startInstalled(programs: string, dir: string): Promise<OwnPostgres> {
  const rights = findRights();
  const data = join(dir, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (rights) chownSync(data, rights.uid, rights.gid);
  const port = await findFreePort();
  const options = { cwd: data, ...rights };
  execFileSync(
    join(programs, 'initdb'),
    ['--pgdata', data, '--username', 'navette', '--auth', 'trust', '--encoding', 'UTF8', '--no-sync'],
    { ...options, stdio: 'ignore' },
  );
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
  const urlOf = (name: string) => `postgresql://navette:secret@127.0.0.1:${port}/${name}`;
  const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  const launch = () => spawn(join(programs, 'postgres'), args, { ...options, stdio: 'ignore' });
  let server: ChildProcess;
  const start = async () => {
    server = launch();
    const isUp = async () => {
      // After a kill its first try may find the memory of the one before still in use.
      if (server.exitCode !== null) server = launch();
      return query(urlOf('postgres'), 'SELECT 1').then(
        () => true,
        () => false,
      );
    };
    await waitFor(isUp, { timeoutMs: 30_000, what: 'Postgres to answer' });
  };
  const end = async (signal: NodeJS.Signals) => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  };
  await start();
  const createDatabase = async (name: string) => {
    await query(urlOf('postgres'), `CREATE DATABASE ${name}`);
    return urlOf(name);
  };
  return {
    url: await createDatabase('navette'),
    hasDump: true,
    createDatabase,
    kill: () => end('SIGKILL'),
    start,
    stop: () => end('SIGQUIT'),
  };
}

async function startBuiltIn(dir: string): Promise<OwnPostgres> {
  const options = { dataDir: dir, logger: silentLogger, fsync: false };
  let server = await startEmbeddedPostgres(options);
  const { connectionString } = server;
  return {
    url: connectionString,
    hasDump: false,
    async createDatabase(name) {
      await query(connectionString, `CREATE DATABASE ${name}`);
      return connectionString.replace(/\/[^/?]*(\?|$)/, `/${name}$1`);
    },
    async kill() {
      if (server.pid !== undefined) process.kill(server.pid, 'SIGKILL');
      await server.stop();
    },
    async start() {
      server = await startEmbeddedPostgres(options);
    },
    stop: () => server.stop(),
  };
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

/** Postgres refuses to run as root. */
function findRights(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = ['postgres', 'nobody'].map((name) => users.find((one) => one[0] === name)).find(Boolean);
  if (!user) throw new Error('There is no user that Postgres could run as');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}
