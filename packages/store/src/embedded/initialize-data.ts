import { execFile, type SpawnOptions, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Logger } from '@navette/kit';
import { assertFreeSpace, createDiskFull, loadFreeBytes, minFreeBytesFirst } from './data-folder.ts';
import { embeddedErrors } from './embedded-error.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { embeddedDatabase, embeddedUser } from './postgres-settings.ts';
import type { ProcessUser } from './unprivileged-user.ts';

const run = promisify(execFile);

/** The environment of every Postgres process: none of ours, which may hold secrets. */
export const postgresEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

export interface InitializeOptions {
  dataDir: string;
  pgDir: string;
  binaries: PostgresBinaries;
  user: ProcessUser | undefined;
  /** How Postgres is told its data folder: its path, or a path relative to its working folder. */
  encodeDataPath(path: string): string;
  fsync: boolean;
  logger: Logger;
}

/**
 * Creates the cluster and its one database beside the final place and then renames it, so that a start killed half-way
 * leaves nothing that looks like data. Throws STORE_DISK_FULL or STORE_INIT_FAILED.
 */
export async function initializeData(options: InitializeOptions): Promise<void> {
  const { dataDir, pgDir, user, logger } = options;
  removePartialData(dataDir);
  assertFreeSpace(dataDir, minFreeBytesFirst);
  const startedAt = Date.now();
  logger.info({ path: pgDir }, 'Creating the database (first start only)');
  const partial = mkdtempSync(join(dataDir, partialPrefix));
  try {
    if (user) chownSync(partial, user.uid, user.gid);
    await createCluster(options, partial);
    await createOwnDatabase(options, partial);
    renameSync(partial, pgDir);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw toInitError(pgDir, dataDir, error);
  }
  logger.info({ elapsedMs: Date.now() - startedAt }, 'The database was created');
}

/**
 * Postgres fills a new segment with zeros before a commit can go on in it. At the usual 16 MiB everybody waited 30 ms for
 * that once a second under load (measured: p99 of a webhook 40 ms); 2 MiB take 4 ms.
 */
const walSegmentMiB = 2;

const partialPrefix = 'postgres.partial-';

function removePartialData(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith(partialPrefix))
      rmSync(join(dataDir, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

async function createCluster(options: InitializeOptions, folder: string): Promise<void> {
  const args = [
    ['-D', options.encodeDataPath(folder), '-U', embeddedUser],
    ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ['--auth-local=trust', '--auth-host=reject', '--no-instructions'],
    [`--wal-segsize=${walSegmentMiB}`],
    options.fsync ? [] : ['--no-sync'],
  ].flat();
  await run(join(options.binaries.root, 'bin', 'initdb'), args, encodeSpawnOptions(options, folder));
}

/** Runs Postgres in single-user mode, which reads statements from its input and needs no socket. */
async function createOwnDatabase(options: InitializeOptions, folder: string): Promise<void> {
  const args = ['--single', '-D', options.encodeDataPath(folder)];
  if (!options.fsync) args.push('-F');
  const child = spawn(join(options.binaries.root, 'bin', 'postgres'), [...args, 'postgres'], {
    ...encodeSpawnOptions(options, folder),
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin!.on('error', () => {}); // It ended early: its exit code and words say why.
  child.stdin!.end(`CREATE DATABASE ${embeddedDatabase}\n`);
  const exitCode = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (exitCode !== 0 || /\b(ERROR|FATAL|PANIC):/.test(stderr)) {
    throw Object.assign(new Error(`postgres --single ended with ${exitCode}`), { stderr });
  }
}

function encodeSpawnOptions(options: InitializeOptions, folder: string): SpawnOptions {
  return { cwd: folder, env: postgresEnvironment, uid: options.user?.uid, gid: options.user?.gid };
}

function toInitError(pgDir: string, dataDir: string, error: unknown): Error {
  const { message, stderr = '' } = error as Error & { stderr?: string };
  if (/No space left on device/i.test(stderr) || (error as NodeJS.ErrnoException).code === 'ENOSPC')
    return createDiskFull(dataDir, loadFreeBytes(dataDir), minFreeBytesFirst);
  const lines = stderr.split('\n').filter((line) => /error:|FATAL|ERROR/.test(line));
  const reason = lines[0]?.trim() ?? message;
  return embeddedErrors.create('STORE_INIT_FAILED', { params: { path: pgDir, reason }, cause: error });
}
