import type { CodeEngine } from '../port.ts';
import { openPyodide } from '../pyodide/open-pyodide.ts';
import { createFoundEngine, type EngineCandidate } from '../runner/found-engine.ts';
import type { PoolOptions } from '../runner/pool.ts';
import type { PooledEngineOptions } from '../runner/pooled-engine.ts';
import { openSystemPython } from './system-python.ts';

/** `auto`: the machine's python3 where it can run, else Pyodide. */
export type PythonRuntime = 'auto' | 'python3' | 'pyodide';

export interface PythonEngineOptions extends Partial<Omit<PoolOptions, 'program'>> {
  /** `allow`: the operator accepts that Python code is held by less than a jail (docs/reference/security-sandbox.md). */
  withoutJail?: 'refuse' | 'allow';
  /** Default: `auto`. */
  runtime?: PythonRuntime;
  /** Path of the python3. Default: the system's. */
  interpreter?: string;
}

export type PythonPoolOptions = Omit<PooledEngineOptions, 'program' | 'runtime'>;

const languages = ['python'] as const;

/**
 * Python: the python3 of the machine, or Python in WebAssembly where there is none. A program is the body of an async
 * function; a host call is awaited, or waited for with `.wait()`.
 *
 * Python has no fixed clock: `run` rejects with a TypeError for a task with `determinism`.
 */
export function createPythonEngine(options: PythonEngineOptions = {}): CodeEngine {
  const { interpreter, runtime = 'auto', withoutJail = 'refuse', ...poolOptions } = options;
  const pool: PythonPoolOptions = {
    size: 4,
    ready: 1,
    maxTasks: 200,
    maxQueued: 1_000,
    maxIdleMs: 30_000,
    jail: 'where-available',
    ...poolOptions,
    languages,
    reuse: 'version',
    isolation: withoutJail === 'allow' ? 'optional' : 'required',
  };
  const candidates: Record<Exclude<PythonRuntime, 'auto'>, EngineCandidate> = {
    python3: () => openSystemPython(pool, interpreter),
    pyodide: () => openPyodide(pool),
  };
  const chosen = runtime === 'auto' ? Object.values(candidates) : [candidates[runtime]];
  const engine = createFoundEngine({ name: 'python', languages }, chosen);
  return {
    ...engine,
    async run(task, host) {
      if (task.determinism)
        throw new TypeError('Python has no fixed clock: a task for it cannot ask for one');
      return await engine.run(task, host);
    },
  };
}
