import type { CodeEngine } from '../port.ts';
import { createNodeProgram } from '../runner/node-program.ts';
import type { PoolOptions } from '../runner/pool.ts';
import { createPooledEngine } from '../runner/pooled-engine.ts';

/**
 * The port over the `run` package, in runner processes as all engines: a second QuickJS, kept by others. It has no fixed
 * clock (`determinism`), so that coded workflows cannot use it, and its `Date` stands still but for a millisecond a look.
 * It cannot only read a program: `run` throws a TypeError for `checkOnly`.
 * It ends every program after some hundred million operations (10,000 looks of its interrupt handler), about half a
 * second of computing, whatever the limit says: that is reported as SANDBOX_CPU_LIMIT. It freezes the built-in objects.
 */
export function createRunQuickJsEngine(options: Partial<Omit<PoolOptions, 'program'>> = {}): CodeEngine {
  const engine = createPooledEngine({
    size: 4,
    ready: 1,
    maxTasks: 50,
    maxQueued: 1_000,
    maxIdleMs: 30_000,
    jail: 'where-available',
    ...options,
    program: createRunProgram(),
    languages: ['javascript', 'typescript'],
    reuse: 'project',
    isolation: 'optional',
  });
  return {
    ...engine,
    async run(task, host) {
      if (task.checkOnly) throw new TypeError('This engine cannot only read a program');
      return await engine.run(task, host);
    },
  };
}

/** Made when it is wanted: a package that is missing then stops this engine and nothing else. */
const createRunProgram = () =>
  createNodeProgram({
    engine: 'quickjs',
    main: 'run-quickjs/runner-main.ts',
    folders: ['inside', 'protocol', 'quickjs', 'run-quickjs'],
    packages: ['run'],
    // It works in worker threads, which have the permissions of the process.
    flags: ['--allow-worker', '--max-old-space-size=256'],
    // A worker thread reserves much that it never touches, and the watchdog counts what is allocated.
    baseMemoryBytes: 768 * 1024 * 1024,
    canDrop: true,
    caps: { cpuSeconds: 3_600 },
  });
