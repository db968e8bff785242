import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { toDataFolderError } from './data-folder.ts';
import { embeddedErrors } from './embedded-error.ts';

/**
 * One server per data folder. Node has no file locks, but SQLite takes a real one of the kernel (fcntl): it goes away
 * with its process however that dies, cannot be raced, and holds across containers that share the folder, which
 * process ids cannot promise. `navette.lock` is that lock; `navette.lock.json` only tells people who holds it.
 *
 * Never open navette.lock by other means in this process: closing any descriptor of it would drop the lock.
 */
export interface DataFolderLock {
  release(): void;
}

export interface LockOwner {
  pid: number;
  startedAt: string;
}

/**
 * Takes the lock of an existing folder, waiting up to `waitMs` for a former owner that is stopping.
 * Throws STORE_DATA_IN_USE with the process id of the owner, STORE_DATA_NOT_WRITABLE or STORE_DISK_FULL.
 */
export async function acquireDataFolderLock(dataDir: string, waitMs = 0): Promise<DataFolderLock> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const lock = tryLock(dataDir);
    if (lock) return lock;
    if (Date.now() >= deadline) break;
    await delay(50);
  }
  const owner = readLockOwner(dataDir);
  const who = owner ? `pid ${owner.pid} (since ${owner.startedAt})` : 'another process';
  throw embeddedErrors.create('STORE_DATA_IN_USE', { params: { path: dataDir, owner: who } });
}

/** Who holds the folder, as far as its note says; the note of a dead owner may still be there. */
export function readLockOwner(dataDir: string): LockOwner | undefined {
  try {
    const note = JSON.parse(readFileSync(ownerPath(dataDir), 'utf8')) as Partial<LockOwner>;
    if (typeof note.pid !== 'number' || typeof note.startedAt !== 'string') return undefined;
    return { pid: note.pid, startedAt: note.startedAt };
  } catch {
    return undefined;
  }
}

function tryLock(dataDir: string): DataFolderLock | undefined {
  const database = new DatabaseSync(join(dataDir, 'navette.lock'), { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === sqliteBusy) return undefined;
    throw embeddedErrors.create('STORE_DATA_NOT_WRITABLE', {
      params: { path: dataDir, reason: (error as Error).message },
      cause: error,
    });
  }
  const owner: LockOwner = { pid: process.pid, startedAt: new Date().toISOString() };
  try {
    writeFileSync(ownerPath(dataDir), `${JSON.stringify(owner)}\n`);
  } catch (error) {
    database.close();
    throw toDataFolderError(dataDir, error);
  }
  return { release: () => database.isOpen && database.close() };
}

const sqliteBusy = 5;
const ownerPath = (dataDir: string) => join(dataDir, 'navette.lock.json');
