import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const fixture = fileURLToPath(new URL('./queue-worker.fixture.ts', import.meta.url));

export interface WorkerProcessOptions {
  /** Connection string of the world. */
  database: string;
  redis: string;
  places: number;
  /** open: executions end at once. closed: they stay at work. */
  gate: 'open' | 'closed';
}

export interface WorkerProcess {
  workerId: string;
  kill(): Promise<void>;
}

/** Another process with an engine on the world and its queue. */
export async function startWorkerProcess(options: WorkerProcessOptions): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [fixture, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`The worker process ended with ${code}`);
  });
  const [workerId] = (await Promise.race([once(lines, 'line'), failed])) as [string];
  failed.catch(() => {});
  return {
    workerId,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
