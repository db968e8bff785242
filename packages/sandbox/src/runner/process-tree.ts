/**
 * Reads what processes and their descendants use from /proc. Where there is no /proc, every reading is undefined.
 *
 * To look for children is what costs: a runner has a dozen threads, and each may have some. So a tree that is read again
 * and again keeps the list of its processes and their files open, and `ProcessTrees` looks for new ones once for all
 * trees: the kernel tells the newest number that it has given, and only who got one since the last look can be a new child.
 */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';

export interface TreeUsage {
  cpuMs: number;
  /** Of the largest process: what they share is not counted twice. */
  residentBytes: number;
  /** Allocated to be written, touched or not; of the largest process. */
  dataBytes: number;
  processes: number;
}

/** What the kernel tells every program of its units: pairs of a number and a value (getauxval). */
const auxiliary = readAuxiliary();
const msPerTick = 1000 / (auxiliary.get(17n) ?? 100);
const pageBytes = auxiliary.get(6n) ?? 4096;

function readAuxiliary(): Map<bigint, number> {
  try {
    const bytes = readFileSync('/proc/self/auxv');
    const pairs = Array.from({ length: Math.floor(bytes.length / 16) }, (_, pair) => pair * 16);
    return new Map(pairs.map((at) => [bytes.readBigUInt64LE(at), Number(bytes.readBigUInt64LE(at + 8))]));
  } catch {
    return new Map();
  }
}

export function readTreeUsage(pid: number): TreeUsage | undefined {
  const tree = new ProcessTree(pid);
  const usage = tree.read();
  tree.close();
  return usage;
}

/** More are not looked at one by one: then every tree is listed anew. */
const maxNewcomers = 200;

/** The trees that are watched in this process. */
export class ProcessTrees {
  readonly #trees = new Set<ProcessTree>();
  #newest: number | undefined;

  add(pid: number): ProcessTree {
    // Before the list is made: who comes later has a higher number than this.
    if (this.#trees.size === 0) this.#newest = readNewest();
    const tree = new ProcessTree(pid);
    this.#trees.add(tree);
    return tree;
  }

  delete(tree: ProcessTree): void {
    this.#trees.delete(tree);
    tree.close();
  }

  /** Finds the processes that have come since the last time. To be called before trees are read. */
  refresh(): void {
    const before = this.#newest;
    this.#newest = readNewest();
    if (before !== undefined && before === this.#newest) return;
    const newcomers =
      before === undefined || this.#newest === undefined ? undefined : listBetween(before, this.#newest);
    const parents = newcomers && new Set(newcomers.map(readParent));
    for (const tree of this.#trees) if (!parents || tree.hasAny(parents)) tree.list();
  }
}

export class ProcessTree {
  readonly #root: number;
  #processes: ReadonlyMap<number, OpenProcess> = new Map();

  constructor(root: number) {
    this.#root = root;
    this.list();
  }

  list(): void {
    const known = this.#processes;
    this.#processes = new Map(
      listTree(this.#root).map((pid) => [pid, known.get(pid) ?? new OpenProcess(pid)]),
    );
    for (const [pid, process] of known) if (!this.#processes.has(pid)) process.close();
  }

  hasAny(pids: ReadonlySet<number | undefined>): boolean {
    return this.#processes.keys().some((pid) => pids.has(pid));
  }

  /** Undefined when none of its processes is left. */
  read(): TreeUsage | undefined {
    const usage: TreeUsage = { cpuMs: 0, residentBytes: 0, dataBytes: 0, processes: 0 };
    for (const process of this.#processes.values()) process.addTo(usage);
    return usage.processes === 0 ? undefined : usage;
  }

  close(): void {
    for (const process of this.#processes.values()) process.close();
    this.#processes = new Map();
  }
}

/** What is read of one process. Its files stay those of this process, even when another gets its number. */
class OpenProcess {
  readonly #stat: number | undefined;
  readonly #statm: number | undefined;

  constructor(pid: number) {
    this.#stat = openFile(`/proc/${pid}/stat`);
    this.#statm = openFile(`/proc/${pid}/statm`);
  }

  addTo(usage: TreeUsage): void {
    const fields = parseStat(readStart(this.#stat));
    const statm = readStart(this.#statm);
    if (fields === undefined || statm === undefined) return;
    usage.processes += 1;
    usage.cpuMs += (Number(fields[11]) + Number(fields[12])) * msPerTick;
    const pages = statm.split(' ', 6);
    usage.residentBytes = Math.max(usage.residentBytes, Number(pages[1]) * pageBytes);
    usage.dataBytes = Math.max(usage.dataBytes, Number(pages[5]) * pageBytes);
  }

  close(): void {
    for (const file of [this.#stat, this.#statm]) if (file !== undefined) closeSync(file);
  }
}

/** From the state on: the name before it, in parentheses, may contain anything. */
function parseStat(stat: string | undefined): string[] | undefined {
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ', 13);
}

function readParent(pid: number): number | undefined {
  const parent = parseStat(readText(`/proc/${pid}/stat`))?.[1];
  return parent === undefined ? undefined : Number(parent);
}

/** The newest number that a process or a thread was given. */
function readNewest(): number | undefined {
  const newest = readText('/proc/loadavg')?.trim().split(' ').at(-1);
  return newest === undefined ? undefined : Number(newest);
}

/** Undefined when there are too many, or when the numbers began anew. */
function listBetween(before: number, newest: number): number[] | undefined {
  const count = newest - before;
  if (!(count >= 0 && count <= maxNewcomers)) return undefined;
  return Array.from({ length: count }, (_, index) => before + 1 + index);
}

const maxDepth = 8;

function listTree(pid: number, depth = 0): number[] {
  const children = depth < maxDepth ? listChildren(pid) : [];
  return [pid, ...children.flatMap((child) => listTree(child, depth + 1))];
}

function listChildren(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      (readText(`/proc/${pid}/task/${thread}/children`) ?? '').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** Longer than what is read of any file that stays open. */
const buffer = Buffer.alloc(2_048);

/** Undefined when there is no such process. */
function openFile(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}

/** As it is now. Undefined when the process has ended in the meantime. */
function readStart(file: number | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0));
  } catch {
    return undefined;
  }
}

/** Undefined when the process has ended in the meantime. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
