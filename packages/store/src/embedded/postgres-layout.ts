import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Logger } from '@navette/kit';
import { embeddedErrors } from './embedded-error.ts';
import { initializeData } from './initialize-data.ts';
import { assertRunnable, ensureExecutableBy, locatePostgresBinaries } from './postgres-binaries.ts';
import { encodePostgresArguments } from './postgres-settings.ts';
import { readPostmasterFile } from './postmaster-file.ts';
import { isPostgresOf } from './process-identity.ts';
import { chooseUnprivilegedUser, isReachable, isRoot, type ProcessUser } from './unprivileged-user.ts';

/** Where everything of one embedded Postgres lies and how it is started. */
export interface PostgresLayout {
  pgDir: string;
  logPath: string;
  socketDir: string;
  binary: string;
  args: string[];
  user: ProcessUser | undefined;
  removeSocketFolder(): void;
}

export interface LayoutOptions {
  /** A real path, whose lock is held. */
  dataDir: string;
  logger: Logger;
  fsync: boolean;
  maxConnections: number;
}

/** Linux follows this link without walking the path, so that closed folders above (/root) are no obstacle. */
const workingFolder = '/proc/self/cwd';
/** A socket's path is limited to 103 (macOS) or 107 bytes, the file name included. */
const maxSocketDirBytes = 85;
const temporaryPrefix = 'navette-';

/** Prepares the data, creating it when missing. Throws the codes of `embeddedErrors`. */
export async function openPostgresLayout(options: LayoutOptions): Promise<PostgresLayout> {
  const { dataDir, logger } = options;
  const pgDir = join(dataDir, 'postgres');
  const existing = existsSync(pgDir) ? statSync(pgDir) : undefined;
  const user = isRoot() ? chooseUnprivilegedUser(existing) : undefined;
  const located = locatePostgresBinaries();
  const binaries = user ? ensureExecutableBy(located, user, logger) : located;
  const closed = user !== undefined && !isReachable(dataDir, user);
  const encodeDataPath = (path: string) => (closed && process.platform === 'linux' ? workingFolder : path);
  if (existing) {
    claimOwnership(pgDir, existing, user);
    assertUsableData(pgDir, binaries.majorVersion);
  } else {
    assertRunnable(binaries, user);
    await initializeData({ ...options, pgDir, binaries, user, encodeDataPath });
  }
  const socketDir = createSocketFolder({ dataDir, pgDir, user, closed });
  const args = encodePostgresArguments(encodeDataPath(pgDir), { ...options, socketDir });
  return {
    pgDir,
    logPath: join(dataDir, 'postgres.log'),
    socketDir,
    binary: join(binaries.root, 'bin', 'postgres'),
    args,
    user,
    removeSocketFolder: () => rmSync(socketDir, { recursive: true, force: true }),
  };
}

function assertUsableData(pgDir: string, expected: number): void {
  const versionPath = join(pgDir, 'PG_VERSION');
  if (!existsSync(versionPath)) {
    const reason = 'the file PG_VERSION is missing, so it is not a Postgres data folder';
    throw embeddedErrors.create('STORE_DATA_CORRUPT', { params: { path: pgDir, reason } });
  }
  const found = readFileSync(versionPath, 'utf8').trim();
  if (found !== String(expected))
    throw embeddedErrors.create('STORE_DATA_VERSION', { params: { path: pgDir, found, expected } });
}

/** Postgres wants its data to be its own and closed to others; a copy made by `cp -r` is neither. */
function claimOwnership(pgDir: string, existing: Stats, user: ProcessUser | undefined): void {
  const ownUid = process.getuid?.();
  if (user && existing.uid !== user.uid) {
    chownSync(pgDir, user.uid, user.gid);
    for (const name of readdirSync(pgDir, { recursive: true, encoding: 'utf8' })) {
      chownSync(join(pgDir, name), user.uid, user.gid);
    }
  } else if (!user && ownUid !== undefined && existing.uid !== ownUid) {
    const reason = `it belongs to user id ${existing.uid}, and this is user id ${ownUid}`;
    throw embeddedErrors.create('STORE_DATA_NOT_WRITABLE', { params: { path: pgDir, reason } });
  }
  if ((existing.mode & 0o077) !== 0) chmodSync(pgDir, 0o700);
}

interface SocketFolderOptions {
  dataDir: string;
  pgDir: string;
  user: ProcessUser | undefined;
  closed: boolean;
}

/** The folder of a Postgres that still runs, or `run/` in the data folder, or a private temporary one. */
function createSocketFolder({ dataDir, pgDir, user, closed }: SocketFolderOptions): string {
  const former = readPostmasterFile(pgDir);
  if (former?.socketDir && existsSync(former.socketDir)) {
    if (isPostgresOf(former.pid, pgDir)) return former.socketDir;
    if (basename(former.socketDir).startsWith(temporaryPrefix)) rmSync(former.socketDir, { recursive: true });
  }
  const preferred = join(dataDir, 'run');
  let folder = preferred;
  if (closed || Buffer.byteLength(preferred) > maxSocketDirBytes) {
    folder = mkdtempSync(join(openTemporaryRoot(user), temporaryPrefix));
  } else {
    mkdirSync(preferred, { recursive: true, mode: 0o700 });
    chmodSync(preferred, 0o700);
  }
  if (user) chownSync(folder, user.uid, user.gid);
  return folder;
}

function openTemporaryRoot(user: ProcessUser | undefined): string {
  const root = tmpdir();
  const short = Buffer.byteLength(root) + 16 <= maxSocketDirBytes;
  return short && (!user || isReachable(root, user)) ? root : '/tmp';
}
