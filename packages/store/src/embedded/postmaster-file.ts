import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a running Postgres says of itself in postmaster.pid (see miscadmin.h of PostgreSQL for the lines). */
export interface PostmasterFile {
  pid: number;
  socketDir: string;
  /** "starting", "ready", "standby", "stopping", or empty in the first instants. */
  status: string;
}

/** The parsed file, or undefined when there is none or it is still being written. */
export function readPostmasterFile(pgDir: string): PostmasterFile | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(pgDir, 'postmaster.pid'), 'utf8').split('\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  return { pid, socketDir: lines[4]?.trim() ?? '', status: lines[7]?.trim() ?? '' };
}

/** The command line that the Postgres of this folder was last started with. */
export function readPostmasterOptions(pgDir: string): string | undefined {
  try {
    return readFileSync(join(pgDir, 'postmaster.opts'), 'utf8').trim();
  } catch {
    return undefined;
  }
}
