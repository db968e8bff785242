/**
 * The jail: bubblewrap with namespaces of its own for everything, an empty network, no environment, no capability, a
 * root with nothing in it but the interpreter, its libraries and the runner's files, all read-only. Where bubblewrap and
 * the kernel can do it, no further namespaces inside, and fewer system calls.
 */
import { execFile, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import type { Writable } from 'node:stream';
import { promisify } from 'node:util';
import type { JailKind } from '../port.ts';
import type { RunnerFile, RunnerProgram } from './runner-program.ts';
import { encodeSystemCallFilter } from './system-call-filter.ts';

const execute = promisify(execFile);
const nobody = '65534';
const probeTimeoutMs = 10_000;
const maxProbes = 3;

export interface JailState {
  kind: JailKind;
  /** Why there is none. */
  reason?: string;
  hardening?: Hardening;
}

/** What not every version of bubblewrap and not every kernel can do. */
interface Hardening {
  /** No namespace inside the jail may make further ones, which would have capabilities. */
  closed: boolean;
  /** The system calls that are taken away (system-call-filter.ts). */
  filter?: Buffer | undefined;
}

/** Where bubblewrap reads the filter: the first descriptor after those of the runner. */
export const filterDescriptor = 5;

export interface CommandLine {
  command: string;
  args: string[];
  /** To be written to `filterDescriptor`, which bubblewrap reads and closes. */
  filter?: Buffer | undefined;
}

/** Tools that confine, looked for in fixed places: never in the PATH, which others may have set. */
export interface JailTools {
  bubblewrap: string | undefined;
  prlimit: string | undefined;
  /** Ends a runner without a jail when the server has died; bubblewrap does so itself. */
  setpriv: string | undefined;
}

export function findJailTools(): JailTools {
  return { bubblewrap: findTool('bwrap'), prlimit: findTool('prlimit'), setpriv: findTool('setpriv') };
}

function findTool(name: string): string | undefined {
  return ['/usr/bin', '/bin', '/usr/local/bin'].map((folder) => `${folder}/${name}`).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs the interpreter's `--version` in the jail, to see whether this machine lets us, and how much of it. */
export async function detectJail(program: RunnerProgram, tools: JailTools): Promise<JailState> {
  if (!tools.bubblewrap) return { kind: 'none', reason: 'bubblewrap (bwrap) is not installed' };
  const filter = encodeSystemCallFilter(process.arch, { processes: !program.threadsOnly });
  let trouble = '';
  for (const hardening of listHardenings(filter)) {
    const line = await encodeJailCommand(program, { bubblewrap: tools.bubblewrap, hardening }, ['--version']);
    trouble = await tryPatiently(line);
    if (trouble === '') return { kind: 'bubblewrap', hardening };
  }
  return { kind: 'none', reason: `bubblewrap does not work here: ${trouble.slice(0, 300)}` };
}

/** The most first. */
function listHardenings(filter: Buffer | undefined): Hardening[] {
  const plain: Hardening[] = [{ closed: true }, { closed: false }];
  return filter ? [...plain.map(({ closed }) => ({ closed, filter })), ...plain] : plain;
}

/** A try that was cut off says nothing of what this machine can: a weaker jail, or none, would be kept for good. */
async function tryPatiently(line: CommandLine): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    const { trouble, cutOff } = await tryCommand(line);
    if (!cutOff || tries === maxProbes) return trouble;
  }
}

/** What went wrong, in words; empty when nothing did. */
function tryCommand({ command, args, filter }: CommandLine): Promise<{ trouble: string; cutOff: boolean }> {
  const child = spawn(command, args, {
    env: {},
    cwd: '/',
    timeout: probeTimeoutMs,
    stdio: ['ignore', 'ignore', 'pipe', 'ignore', 'ignore', filter ? 'pipe' : 'ignore'],
  });
  sendFilter(child.stdio, filter);
  let words = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('utf8')).slice(0, 1_000);
  });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ trouble: error.message, cutOff: false }));
    child.once('close', (code, signal) => {
      const trouble = code === 0 ? '' : words.trim() || `it ended with ${signal ?? `exit code ${code}`}`;
      resolve({ trouble, cutOff: signal === 'SIGTERM' });
    });
  });
}

/** Gives bubblewrap the filter that its command line announces. */
export function sendFilter(stdio: readonly unknown[], filter: Buffer | undefined): void {
  if (!filter) return;
  const pipe = stdio[filterDescriptor] as Writable;
  // A jail that ends before it has read is reported by its end.
  pipe.on('error', () => {});
  pipe.end(filter);
}

/** The command line that runs the program's interpreter with `args` inside the jail. */
export async function encodeJailCommand(
  program: RunnerProgram,
  { bubblewrap, hardening }: { bubblewrap: string; hardening: Hardening },
  args: readonly string[],
): Promise<CommandLine> {
  const libraries = await listLibraries(program.command.host);
  const folders = (program.libraryFolders ?? []).map((path) => ({ host: path, jail: path }));
  return {
    command: bubblewrap,
    filter: hardening.filter,
    args: [
      ['--unshare-all', '--unshare-user', '--die-with-parent', '--new-session', '--clearenv'],
      hardening.closed ? ['--disable-userns'] : [],
      hardening.filter ? ['--seccomp', String(filterDescriptor)] : [],
      ['--uid', nobody, '--gid', nobody, '--hostname', 'sandbox', '--cap-drop', 'ALL'],
      bindReadOnly([program.command, ...libraries, ...folders, ...program.files]),
      // Nothing can be written anywhere: files in memory would be memory that no watchdog sees.
      ['--dev', '/dev', '--dir', '/tmp', '--remount-ro', '/dev', '--remount-ro', '/', '--chdir', '/'],
      ['--', program.command.jail, ...args],
    ].flat(),
  };
}

function bindReadOnly(files: readonly RunnerFile[]): string[] {
  return files.flatMap(({ host, jail }) => ['--ro-bind', host, jail]);
}

const librariesOf = new Map<string, Promise<RunnerFile[]>>();

/** What the dynamic linker loads for that binary; the system's library folders where ldd cannot say. */
function listLibraries(binary: string): Promise<RunnerFile[]> {
  let libraries = librariesOf.get(binary);
  if (!libraries) {
    libraries = readLibraries(binary);
    librariesOf.set(binary, libraries);
  }
  return libraries;
}

async function readLibraries(binary: string): Promise<RunnerFile[]> {
  try {
    const { stdout } = await execute('ldd', [binary], {
      env: { PATH: '/usr/bin:/bin' },
      timeout: probeTimeoutMs,
    });
    const paths = new Set([...stdout.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1]!));
    return [...paths].map((path) => ({ host: path, jail: path }));
  } catch {
    const folders = ['/usr/lib', '/lib', '/lib64'].filter((path) => isExecutable(path));
    return folders.map((path) => ({ host: path, jail: path }));
  }
}
