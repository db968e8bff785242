import { accessSync, constants, existsSync, mkdirSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { NavetteError } from '@navette/kit';
import { embeddedErrors } from './embedded-error.ts';
import { isRoot } from './unprivileged-user.ts';

const megabyte = 1024 * 1024;
/** Room that a start needs: below it Postgres would stop soon with "no space left". */
export const minFreeBytes = 64 * megabyte;
/** Room that a first start needs for the empty cluster and its first write-ahead log. */
export const minFreeBytesFirst = 256 * megabyte;

/**
 * Creates the data folder when missing, checks that it can be written and has room, and returns its real path.
 * Throws STORE_DATA_NOT_WRITABLE or STORE_DISK_FULL.
 */
export function openDataFolder(dataDir: string): string {
  try {
    // Only root lets others pass through (not list): Postgres runs as another user below it.
    makeFolders(dataDir, isRoot() ? 0o711 : 0o700);
    if (!statSync(dataDir).isDirectory()) throw new Error('there is a file of that name');
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return realpathSync(dataDir);
  } catch (error) {
    throw toDataFolderError(dataDir, error);
  }
}

/** One by one: below a place where nothing can be made, such as /proc, the recursive mkdir of Node goes on for ever. */
function makeFolders(path: string, mode: number): void {
  if (existsSync(path)) return;
  makeFolders(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another start was quicker.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !existsSync(path)) throw error;
  }
}

/** Throws STORE_DISK_FULL when less than `neededBytes` are free for unprivileged users. */
export function assertFreeSpace(path: string, neededBytes: number): void {
  const freeBytes = loadFreeBytes(path);
  if (freeBytes < neededBytes) throw createDiskFull(path, freeBytes, neededBytes);
}

export function loadFreeBytes(path: string): number {
  const disk = statfsSync(path);
  return disk.bavail * disk.bsize;
}

export function createDiskFull(path: string, freeBytes: number, neededBytes = minFreeBytes): NavetteError {
  return embeddedErrors.create('STORE_DISK_FULL', {
    params: {
      path,
      freeMegabytes: Math.floor(freeBytes / megabyte),
      neededMegabytes: Math.ceil(neededBytes / megabyte),
    },
  });
}

/** What the system said of the data folder, in words. */
export function toDataFolderError(path: string, error: unknown): NavetteError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return createDiskFull(path, 0);
  const reason = reasons.get(code ?? '') ?? message;
  return embeddedErrors.create('STORE_DATA_NOT_WRITABLE', { params: { path, reason }, cause: error });
}

const reasons = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the disk is mounted read-only'],
  ['EEXIST', 'there is a file of that name'],
  ['ENOTDIR', 'part of the path is a file'],
  ['ENOENT', 'no folder can be made there'],
]);
