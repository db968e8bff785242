import { fileURLToPath } from 'node:url';
import { sandboxErrors } from '../errors.ts';
import type { CodeEngine, EngineAvailability } from '../port.ts';
import type { PoolOptions } from '../runner/pool.ts';
import { createPooledEngine } from '../runner/pooled-engine.ts';
import type { RunnerProgram } from '../runner/runner-program.ts';
import { type FoundPython, findPython } from './find-python.ts';

export interface PythonEngineOptions extends Partial<Omit<PoolOptions, 'program'>> {
  /** `allow`: the operator accepts that Python code can read and change what the server's user can. */
  withoutJail?: 'refuse' | 'allow';
  /** Path of the interpreter. Default: the system's. */
  interpreter?: string;
}

const mebibyte = 1024 * 1024;
const mainFile = fileURLToPath(new URL('runner-main.py', import.meta.url));

/**
 * Python on the machine's own python3: the standard library, and the packages that the system's package manager
 * installed. The language is no wall at all, so without bubblewrap the engine is not available unless the operator
 * opted in. A program is the body of an async function; a host call is awaited, or waited for with `.wait()`.
 *
 * Python has no fixed clock: `run` throws a TypeError for a task with `determinism`.
 */
export function createPythonEngine(options: PythonEngineOptions = {}): CodeEngine {
  const { withoutJail = 'refuse', interpreter, ...poolOptions } = options;
  let opening: Promise<CodeEngine | undefined> | undefined;
  let closed = false;

  const open = async () => {
    const python = await findPython(interpreter);
    return (
      python &&
      createPooledEngine({
        size: 4,
        ready: 1,
        maxTasks: 200,
        maxQueued: 1_000,
        maxIdleMs: 30_000,
        jail: 'where-available',
        ...poolOptions,
        program: createPythonProgram(python),
        languages: ['python'],
        reuse: 'version',
        isolation: withoutJail === 'allow' ? 'optional' : 'required',
      })
    );
  };
  /** Looked for once, when somebody first asks. */
  const engine = () => {
    opening ??= open();
    return opening;
  };
  const reason =
    interpreter === undefined
      ? 'No python3 (3.9 or newer) is installed on the server'
      : `${interpreter} is not a Python interpreter of version 3.9 or newer`;
  const missing: EngineAvailability = { available: false, reason };

  return {
    name: 'python',
    languages: ['python'],
    availability: async () => (await engine())?.availability() ?? missing,
    async run(task, host) {
      if (closed) throw sandboxErrors.create('SANDBOX_CLOSED', { params: { engine: 'python' } });
      if (task.determinism)
        throw new TypeError('Python has no fixed clock: a task for it cannot ask for one');
      const found = await engine();
      if (!found) {
        const params = { engine: 'python', detail: reason };
        throw sandboxErrors.create('SANDBOX_UNAVAILABLE', { params });
      }
      return await found.run(task, host);
    },
    warmUp: async () => (await engine())?.warmUp(),
    close: async () => {
      closed = true;
      await (await opening)?.close();
    },
  };
}

function createPythonProgram({ command, folders, packages }: FoundPython): RunnerProgram {
  const main = { host: mainFile, jail: '/app/runner-main.py' };
  return {
    engine: 'python',
    command: { host: command, jail: command },
    files: [main],
    libraryFolders: folders,
    // -I: no environment, no folder of the user, none of the script. -S: no site. -B: writes no compiled files.
    args: (pathOf) => ['-I', '-S', '-B', '-X', 'utf8', pathOf(mainFile), ...packages],
    baseMemoryBytes: 64 * mebibyte,
    canDrop: false,
    caps: { cpuSeconds: 3_600, dataBytes: 2_048 * mebibyte },
  };
}
