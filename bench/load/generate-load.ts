/** One round of load on one address, by a process of its own: wrk when it is installed, else load/socket-load.ts. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface LoadPlan {
  url: string;
  /** JSON text that every request posts. */
  body: string;
  connections: number;
  seconds: number;
}

export interface LoadResult {
  /** 2xx answers. */
  answers: number;
  seconds: number;
  perSecond: number;
  p50Ms: number;
  p90Ms: number;
  p99Ms: number;
  maxMs: number;
  /** Anything but a 2xx answer: refused or broken connections, time-outs, other statuses. */
  failures: number;
}

/** The line that a generator prints last. */
export interface RawLoadResult {
  answers: number;
  durationUs: number;
  p50Us: number;
  p90Us: number;
  p99Us: number;
  maxUs: number;
  refused: number;
  broken: number;
  timedOut: number;
  badStatus: number;
}

export interface LoadGenerator {
  name: string;
  run(plan: LoadPlan): Promise<LoadResult>;
}

export function chooseLoadGenerator(): LoadGenerator {
  const wrk = findProgram('wrk');
  return wrk ? createWrk(wrk) : socketLoad;
}

function createWrk(program: string): LoadGenerator {
  return {
    name: 'wrk, one thread',
    run({ url, body, connections, seconds }) {
      const script = fileURLToPath(new URL('./post-json.lua', import.meta.url));
      const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, url];
      return runGenerator(program, args, { NAVETTE_BENCH_BODY: body });
    },
  };
}

const socketLoad: LoadGenerator = {
  name: 'own generator (wrk is not installed), one thread',
  run(plan) {
    const script = fileURLToPath(new URL('./socket-load.ts', import.meta.url));
    return runGenerator(process.execPath, [script], { NAVETTE_BENCH_PLAN: JSON.stringify(plan) });
  },
};

async function runGenerator(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<LoadResult> {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const line = /^RESULT (.*)$/m.exec(output)?.[1];
  if (exitCode !== 0 || line === undefined)
    throw new Error(`The load generator ended with ${exitCode}: ${output}`);
  return encodeResult(JSON.parse(line) as RawLoadResult);
}

function encodeResult(raw: RawLoadResult): LoadResult {
  const seconds = raw.durationUs / 1e6;
  const answers = raw.answers - raw.badStatus;
  return {
    answers,
    seconds,
    perSecond: answers / seconds,
    p50Ms: raw.p50Us / 1e3,
    p90Ms: raw.p90Us / 1e3,
    p99Ms: raw.p99Us / 1e3,
    maxMs: raw.maxUs / 1e3,
    failures: raw.refused + raw.broken + raw.timedOut + raw.badStatus,
  };
}

function findProgram(name: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}
