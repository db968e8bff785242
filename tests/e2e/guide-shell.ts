/** Runs the commands of a guide as they stand there: only addresses, ports and folders are those of this machine. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface ShellResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command that stays until it is stopped. */
export interface ShellProcess {
  /** Everything that it has printed, both streams. */
  logs(): string;
  readonly hasEnded: boolean;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<number | null>;
}

export interface GuideShell {
  /** Up to the first command that fails. */
  run(text: string, env?: Record<string, string>): Promise<ShellResult>;
  /** Starts the last command after those in front of it. */
  start(commands: readonly string[], env?: Record<string, string>): ShellProcess;
}

export interface GuideShellOptions {
  /** What the guide says → what is here instead. */
  replacements: Readonly<Record<string, string>>;
  env: Readonly<Record<string, string>>;
}

export function createGuideShell({ env: settings, replacements }: GuideShellOptions): GuideShell {
  const env = {
    ...withoutSettings(process.env),
    ...settings,
    PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`,
  };
  const words = Object.keys(replacements).map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  const known = new RegExp(words.join('|'), 'g');
  const launch = (text: string, more: Record<string, string>) => {
    // In one go: what is put in may look like something else that the guide says.
    const script = text.replace(known, (from) => replacements[from]!);
    return spawn('sh', ['-e', '-c', script], { cwd: root, env: { ...env, ...more }, stdio: 'pipe' });
  };
  return {
    async run(text, more = {}) {
      const child = launch(text, more);
      child.stdin.end();
      const [stdout, stderr] = [collect(child, 'stdout'), collect(child, 'stderr')];
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, stdout: stdout.text, stderr: stderr.text };
    },
    start(commands, more = {}) {
      const [, assignments, command] = /^((?:[A-Z_]+=\S+ +)*)(.*)$/s.exec(commands.at(-1)!)!;
      const before = assignments ? [`export ${assignments}`] : [];
      // Its signals are those of the command.
      const child = launch([...commands.slice(0, -1), ...before, `exec ${command}`].join('\n'), more);
      child.stdin.end();
      const output = { text: '' };
      for (const stream of ['stdout', 'stderr'] as const) collect(child, stream, output);
      const ended = once(child, 'close').then(([code]) => code as number | null);
      return {
        logs: () => output.text,
        get hasEnded() {
          return child.exitCode !== null || child.signalCode !== null;
        },
        kill: (signal) => void child.kill(signal),
        ended,
      };
    },
  };
}

function collect(child: ChildProcess, stream: 'stdout' | 'stderr', output = { text: '' }): { text: string } {
  child[stream]!.setEncoding('utf8').on('data', (text: string) => {
    output.text += text;
  });
  return output;
}

/** Settings of whoever runs the tests must not reach the commands. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = /^(NAVETTE_|DATABASE_URL$|REDIS_URL$|PORT$|PG[A-Z]+$|VITEST|NODE_ENV$)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ours.test(name)));
}
