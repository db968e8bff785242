/** A server program under measurement, started and stopped by the benchmark. */
import { type ChildProcess, spawn } from 'node:child_process';

export interface ChildProgram {
  readonly pid: number;
  /** Resolves when it has ended, however that came. */
  readonly ended: Promise<void>;
  /** Asks it to stop and waits until it has; kills it after ten seconds. */
  stop(): Promise<void>;
}

/** Also the resolution of start-up times. */
const pollMs = 10;

export interface ProgramOptions {
  name: string;
  command: string;
  args: readonly string[];
  env?: Record<string, string>;
  cwd?: string;
  /** Whether it takes requests now. Asked until it says yes. */
  isReady: () => Promise<boolean>;
  timeoutMs?: number;
}

/** Resolves when the program is ready. @throws Error with the end of its output when it ends or is not ready in time */
export async function startProgram(options: ProgramOptions): Promise<ChildProgram> {
  const { name, command, args, cwd, isReady, timeoutMs = 60_000 } = options;
  const child = spawn(command, [...args], {
    cwd,
    env: { ...process.env, NODE_ENV: 'production', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const read = (text: string) => {
    output = (output + text).slice(-4_000);
  };
  child.stdout.setEncoding('utf8').on('data', read);
  child.stderr.setEncoding('utf8').on('data', read);
  // A benchmark that breaks off leaves nothing running.
  const stopNow = () => child.kill('SIGTERM');
  process.once('exit', stopNow);
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      process.off('exit', stopNow);
      resolve();
    }),
  );
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${name} ended:\n${output}`);
    if (await isReady()) break;
    if (Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${name} took no request within ${timeoutMs} ms:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return { pid: child.pid!, ended, stop: () => stopChild(child, ended) };
}

async function stopChild(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}
