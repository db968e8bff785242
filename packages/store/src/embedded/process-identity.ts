import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/** Whether a process runs. A zombie does not: it is dead and only waits for its parent to ask. */
export function isProcessAlive(pid: number): boolean {
  if (process.platform === 'linux') {
    const state = readProcState(pid);
    if (state !== undefined) return state !== 'Z' && state !== 'X';
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether the process is a Postgres whose working folder is `folder` (a real path). Postgres always sits in its data. */
export function isPostgresOf(pid: number, folder: string): boolean {
  if (!isProcessAlive(pid)) return false;
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === folder;
    const options = { encoding: 'utf8', timeout: 2_000 } as const;
    const command = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], options);
    return command.includes(folder) && command.includes('postgres');
  } catch {
    return false;
  }
}

function readProcState(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.charAt(stat.lastIndexOf(')') + 2);
  } catch {
    return undefined;
  }
}
