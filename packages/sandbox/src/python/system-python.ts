import { fileURLToPath } from 'node:url';
import type { CodeEngine } from '../port.ts';
import { createPooledEngine } from '../runner/pooled-engine.ts';
import type { RunnerProgram } from '../runner/runner-program.ts';
import { type FoundPython, findPython } from './find-python.ts';
import type { PythonPoolOptions } from './python-engine.ts';

const mebibyte = 1024 * 1024;
const mainFile = fileURLToPath(new URL('runner-main.py', import.meta.url));
const programFile = fileURLToPath(new URL('program-run.py', import.meta.url));

/**
 * The machine's own python3: the standard library, and the packages that the system's package manager installed. The
 * language is no wall at all, so without bubblewrap it is not available unless the operator opted in.
 */
export async function openSystemPython(
  options: PythonPoolOptions,
  interpreter?: string,
): Promise<CodeEngine | string> {
  const python = await findPython(interpreter);
  if (!python) {
    return interpreter === undefined
      ? 'No python3 (3.9 or newer) is installed on the server'
      : `${interpreter} is not a Python interpreter of version 3.9 or newer`;
  }
  const program = createSystemPythonProgram(python);
  return createPooledEngine({ ...options, program, runtime: `python3 ${python.version}` });
}

function createSystemPythonProgram({ command, folders, packages }: FoundPython): RunnerProgram {
  return {
    engine: 'python',
    command: { host: command, jail: command },
    files: [
      { host: mainFile, jail: '/app/runner-main.py' },
      { host: programFile, jail: '/app/program-run.py' },
    ],
    libraryFolders: folders,
    // -I: no environment, no folder of the user, none of the script. -S: no site. -B: writes no compiled files.
    args: (pathOf) => ['-I', '-S', '-B', '-X', 'utf8', pathOf(mainFile), ...packages],
    baseMemoryBytes: 64 * mebibyte,
    canDrop: false,
    caps: { cpuSeconds: 3_600, dataBytes: 2_048 * mebibyte },
  };
}
