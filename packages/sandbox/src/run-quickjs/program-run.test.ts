/** What becomes of a program whose worker dies under it. The workers are real, and ended from outside. */
import type { Worker } from 'node:worker_threads';
import { setMaxWorkers } from 'run';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { defaultPolicy } from '../policy/policy.ts';
import type { TaskEnd } from '../quickjs/task-context.ts';
import { ProgramRun } from './program-run.ts';

let workers: Worker[] = [];
let onWorker: (worker: Worker) => void = () => {};
const listen = (worker: Worker) => {
  workers.push(worker);
  onWorker(worker);
};

beforeAll(() => {
  setMaxWorkers(1);
  process.on('worker', listen);
});
afterEach(async () => {
  onWorker = () => {};
  // An idle worker would be used again, and not be seen.
  await Promise.all(workers.map((worker) => worker.terminate()));
  workers = [];
});
afterAll(() => {
  process.off('worker', listen);
  setMaxWorkers(undefined);
});

/** Ends as the program does, or rejects as `start` does. */
async function run(source: string, onSeen: () => void = () => {}): Promise<TaskEnd[]> {
  const ends: TaskEnd[] = [];
  const program = new ProgramRun(
    {
      type: 'run',
      task: 1,
      language: 'javascript',
      source,
      input: '20',
      parameters: ['input', 'host'],
      modules: [],
      bindings: ['ask'],
      limits: defaultPolicy.defaults.limits,
    },
    {
      onConsole: () => onSeen(),
      onCall: (call) => {
        onSeen();
        program.answer({ type: 'answer', task: 1, call, ok: true, output: '22' });
      },
      onEnd: (end) => ends.push(end),
    },
  );
  await program.start();
  return ends;
}

/** Ends the first workers as soon as they exist. */
function endWorkers(times: number): void {
  onWorker = (worker) => {
    if (workers.length <= times) void worker.terminate();
  };
}

test('a program whose worker died before anything of it was seen runs again', async () => {
  endWorkers(2);
  expect(await run('return input + await host.ask()')).toEqual([{ output: '42' }]);
  expect(workers).toHaveLength(3);
});

test('so does one that is found wrong, with its own error', async () => {
  endWorkers(1);
  const [end] = await run('let x = ;');
  expect(end).toMatchObject({ failure: { code: 'SANDBOX_SYNTAX', line: 1, column: 9 } });
});

test.each(["console.log('seen'); await host.ask()", 'await host.ask(); await new Promise(() => {})'])(
  'one that was seen runs no second time, and is not blamed: %s',
  async (source) => {
    const lines: string[] = [];
    const died = run(source, () => {
      lines.push('seen');
      void workers.at(-1)!.terminate();
    });
    await expect(died).rejects.toThrow(/worker exited/);
    expect(lines).toHaveLength(1);
    expect(workers).toHaveLength(1);
  },
);

test('a runtime that dies again and again is given up', async () => {
  endWorkers(Number.POSITIVE_INFINITY);
  await expect(run('return 1')).rejects.toThrow(/worker exited/);
  expect(workers).toHaveLength(3);
});

test('more calls than the runtime would carry are the limit of calls', async () => {
  const { calls } = defaultPolicy.defaults.limits;
  const [end] = await run('for (;;) await host.ask()');
  expect(end).toEqual({ failure: { code: 'SANDBOX_CALL_LIMIT', limit: 'calls', used: calls + 1 } });
});
