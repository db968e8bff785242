/** The `navette` command as a process of its own, started as people start it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@navette/testing';

const root = fileURLToPath(new URL('../../', import.meta.url));
const command = join(root, 'node_modules/.bin/navette');

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningCli {
  readonly stdout: string;
  /** Resolves when the output has the text. */
  readonly stderr: string;
  waitForOutput(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<CliResult>;
}

export interface Cli extends Disposable {
  /** The folder that commands run in; it is removed in the end. */
  folder: string;
  run(args: readonly string[], stdin?: string): Promise<CliResult>;
  start(args: readonly string[], stdin?: string): RunningCli;
}

/** A home folder of its own: nobody is signed in. */
export function createCli(url: string, env: Record<string, string> = {}): Cli {
  const folder = mkdtempSync(join(tmpdir(), 'navette-cli-'));
  const settings = {
    ...withoutSettings(process.env),
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    PATH: listForeignPath(),
    NAVETTE_URL: url,
    ...env,
  };
  const start: Cli['start'] = (args, stdin = '') => {
    const child = spawn(command, args, { cwd: folder, env: settings, stdio: 'pipe' });
    child.stdin.on('error', () => {}).end(stdin);
    return watch(child);
  };
  return {
    folder,
    start,
    run: (args, stdin) => start(args, stdin).ended,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function watch(child: ChildProcess): RunningCli {
  const result: CliResult = { code: null, stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]!.setEncoding('utf8').on('data', (text: string) => {
      result[name] += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => ({ ...result, code: code as number | null }));
  return {
    get stdout() {
      return result.stdout;
    },
    get stderr() {
      return result.stderr;
    },
    async waitForOutput(text) {
      await waitFor(
        () => {
          if (result.stdout.includes(text)) return true;
          if (child.exitCode !== null) throw new Error(`It ended: ${result.stdout}\n${result.stderr}`);
          return false;
        },
        { timeoutMs: 60_000, what: `the output "${text}"` },
      );
    },
    kill: (signal) => child.kill(signal),
    ended,
  };
}

/** The Node of the machine comes first, so that an older one has to hand over; without one, the one that runs this. */
function listForeignPath(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return [...folders.filter((folder) => !folder.includes('node_modules')), dirname(process.execPath)].join(
    delimiter,
  );
}

function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(NAVETTE_|VITEST|NODE_ENV$|NO_COLOR$|FORCE_COLOR$)/.test(name)),
  );
}
