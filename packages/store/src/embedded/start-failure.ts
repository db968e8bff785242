import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { NavetteError } from '@navette/kit';
import { createDiskFull, loadFreeBytes } from './data-folder.ts';
import { embeddedErrors } from './embedded-error.ts';

/** What to tell people when Postgres ended by itself, from the last lines that it wrote. */
export function toStartFailure(pgDir: string, logText: string, ending: string): NavetteError {
  if (/No space left on device/i.test(logText)) return createDiskFull(pgDir, loadFreeBytes(pgDir));
  const reason = lastFinding(logText) ?? ending;
  const code = corruption.some((pattern) => pattern.test(logText))
    ? 'STORE_DATA_CORRUPT'
    : 'STORE_START_FAILED';
  return embeddedErrors.create(code, { params: { path: pgDir, reason } });
}

/** A Postgres of this folder was killed a moment ago and its last children still hold the shared memory. */
export function isLeftoverInTheWay(logText: string): boolean {
  return /pre-existing shared memory block|lock file "postmaster\.pid" already exists/.test(logText);
}

/** Reads at most the last 16 KiB of a log, from `fromByte` on. */
export function readLogTail(path: string, fromByte: number): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const start = Math.max(fromByte, size - 16 * 1024);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    readSync(file, buffer, 0, buffer.length, start);
    return buffer.toString('utf8');
  } finally {
    closeSync(file);
  }
}

function lastFinding(logText: string): string | undefined {
  const lines = logText.split('\n').filter((line) => /\b(FATAL|PANIC|ERROR)\b|error:/.test(line));
  return lines.at(-1)?.replace(/^.*?\b(?:FATAL|PANIC|ERROR):\s*|^.*?error:\s*/, '');
}

const corruption = [
  /database files are incompatible with server/,
  /could not locate a valid checkpoint record/,
  /control file appears to be corrupt|incorrect checksum in control file|could not (?:open|read) file "global\/pg_control"/,
  /is not a valid data directory/,
  /could not open directory "pg_\w+": No such file/,
  /could not (?:open|read|access) file ".*(?:global|base|pg_xact|pg_multixact).*"/,
  /invalid (?:primary checkpoint record|page in block)/,
  /required WAL directory .* does not exist/,
  /bogus data in lock file/,
];
