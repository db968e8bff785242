/**
 * What a process and everything it started has used, read from /proc. Linux only: elsewhere the figures are undefined
 * and reports leave them out.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Kernel ticks per second of /proc/<pid>/stat: 100 on every Linux that Node runs on (USER_HZ). */
const ticksPerSecond = 100;

interface ProcessStat {
  pid: number;
  parent: number;
  /** Own time and that of children that have ended, which are in no other entry. */
  cpuSeconds: number;
}

/** The process and its descendants that are alive now. */
export function listTree(rootPid: number): number[] {
  const children = Map.groupBy(listStats(), (stat) => stat.parent);
  const found = [rootPid];
  for (const pid of found) for (const child of children.get(pid) ?? []) found.push(child.pid);
  return found;
}

/** CPU seconds of these processes since they began, ended children included. */
export function readCpuSeconds(pids: readonly number[]): number | undefined {
  if (process.platform !== 'linux') return undefined;
  let seconds = 0;
  for (const pid of pids) seconds += readStat(pid)?.cpuSeconds ?? 0;
  return seconds;
}

/** Resident memory of one process, in MiB. */
export function readResidentMiB(pid: number): number | undefined {
  const kib = readField(`/proc/${pid}/status`, /^VmRSS:\s+(\d+) kB$/m);
  return kib === undefined ? undefined : kib / 1024;
}

/** Memory of processes that share pages (Postgres), each shared page counted once, in MiB. */
export function readProportionalMiB(pids: readonly number[]): number | undefined {
  let kib = 0;
  for (const pid of pids) {
    const own = readField(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+) kB$/m);
    if (own === undefined) return undefined;
    kib += own;
  }
  return kib / 1024;
}

function listStats(): ProcessStat[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => readStat(Number(pid))).filter((stat) => stat !== undefined);
}

function readStat(pid: number): ProcessStat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The second field is the name in brackets, which may hold spaces; fields are numbered from 1 in proc(5).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  const ticks = field(14) + field(15) + field(16) + field(17);
  return { pid, parent: field(4), cpuSeconds: ticks / ticksPerSecond };
}

function readField(path: string, pattern: RegExp): number | undefined {
  try {
    const match = pattern.exec(readFileSync(path, 'utf8'));
    return match ? Number(match[1]) : undefined;
  } catch {
    return undefined;
  }
}
