import { readFileSync } from 'node:fs';
import type { CodeEngine } from '../port.ts';
import type { PythonPoolOptions } from '../python/python-engine.ts';
import { createNodeProgram, findPackageFolder } from '../runner/node-program.ts';
import { createPooledEngine } from '../runner/pooled-engine.ts';
import type { RunnerProgram } from '../runner/runner-program.ts';

const mebibyte = 1024 * 1024;

/**
 * Python in WebAssembly, for machines without python3: the standard library without threads, sockets, processes and
 * ctypes, and no packages. A runner takes seconds to start and holds some 200 MB.
 *
 * What the interpreter can ask its process for is a short list (import-gate.ts), without JavaScript. It is a program of
 * millions of lines all the same, and so treated as one that runs natively: without bubblewrap it is not available
 * unless the operator opted in.
 */
export async function openPyodide(options: PythonPoolOptions): Promise<CodeEngine | string> {
  const version = readPythonVersion();
  if (version === undefined) return 'The package pyodide, which stands in for python3, is not installed';
  return createPooledEngine({
    ...options,
    program: createPyodideProgram(),
    runtime: `Pyodide, Python ${version} with the standard library alone`,
  });
}

/** Undefined where the package is not installed. */
function readPythonVersion(): string | undefined {
  const folder = findPackageFolder('pyodide');
  if (!folder) return undefined;
  const lock = JSON.parse(readFileSync(`${folder}/pyodide-lock.json`, 'utf8')) as {
    info: { python: string };
  };
  return lock.info.python;
}

/** The memory of an interpreter that has loaded what programs need: restored, it is ready in a tenth of the time. */
const preparation = { args: ['snapshot'], maxBytes: 128 * mebibyte };

const createPyodideProgram = (): RunnerProgram => ({
  ...createNodeProgram({
    engine: 'python',
    main: 'pyodide/runner-main.ts',
    folders: ['pyodide', 'inside', 'protocol', 'runner/runner-program.ts', 'python/program-run.py'],
    packages: ['pyodide'],
    flags: [
      '--disallow-code-generation-from-strings',
      '--no-experimental-wasm-jspi',
      '--max-old-space-size=256',
    ],
    // An interpreter that has not worked holds 220 MB; see `mostKeptBytes` of devices.ts.
    baseMemoryBytes: 320 * mebibyte,
    canDrop: false,
    caps: { cpuSeconds: 3_600, dataBytes: 3_072 * mebibyte },
  }),
  preparation,
});
