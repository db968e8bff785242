/**
 * The main file of a Pyodide runner process: Python in WebAssembly, one task at a time. It loads the interpreter, takes
 * away all that leads from it to JavaScript, and from then on only hands it bytes.
 *
 * Nothing stops a loop in here: computing time, wall time and memory are the watchdog's outside.
 */
import { closeSync, constants, fstatSync, readFileSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import type { PyodideAPI } from 'pyodide';
import { loadPyodide } from 'pyodide';
import { sendToHost } from '../inside/channel.ts';
import type { Failure } from '../protocol/messages.ts';
import { preparedDescriptor } from '../runner/runner-program.ts';
import { createDevices, HostPipes, TaskMeter } from './devices.ts';
import { HeapGauge } from './heap-gauge.ts';
import { ClosedImportError, ImportGate } from './import-gate.ts';

const inputDescriptor = 3;
const deviceMode = 0o666;
const firstDevice = 64;
const exit = (code: number): never => process.exit(code);

/** Of Emscripten's module: what is not in Pyodide's types. */
interface Interpreter {
  HEAP8: Int8Array;
  /** Calls a Python function without arguments, and without turning its result into a value of JavaScript. */
  _PyObject_CallNoArgs(address: number): number;
  FS: {
    makedev(major: number, minor: number): number;
    registerDevice(device: number, operations: unknown): void;
    mkdev(path: string, mode: number, device: number): void;
  };
}

const pipes = new HostPipes(exit);
const task = new TaskMeter();
const heap = new HeapGauge((used) => fail({ code: 'SANDBOX_MEMORY_LIMIT', limit: 'memoryBytes', used }));
const gate = new ImportGate({ exit, heap });

if (process.argv[2] === 'snapshot') {
  const pyodide = await load({ _makeSnapshot: true });
  loadModules(pyodide);
  pipes.write(pyodide.makeMemorySnapshot());
} else {
  const serve = await open();
  gate.close();
  listen(serve);
}

/** Gives the function that runs what has come. */
async function open(): Promise<() => void> {
  const snapshot = readPrepared();
  const pyodide = await load(snapshot ? { _loadSnapshot: snapshot } : {});
  const interpreter = (pyodide as unknown as { _module: Interpreter })._module;
  const { FS } = interpreter;
  for (const [index, [name, operations]] of [...createDevices({ exit, heap, pipes, task })].entries()) {
    const device = FS.makedev(firstDevice, index);
    FS.registerDevice(device, operations);
    FS.mkdev(`/dev/${name}`, deviceMode, device);
  }
  if (!snapshot) loadModules(pyodide);
  pyodide.runPython(readSource('machine.py'), { filename: 'machine.py' });
  const address = pyodide.runPython('id(serve)') as number;
  heap.calibrate(interpreter.HEAP8.length);
  return () => {
    // An exception here is one that the interpreter's own hands let through.
    if (interpreter._PyObject_CallNoArgs(address) === 0) throw new Error('The runner of programs failed');
  };
}

async function load(more: Parameters<typeof loadPyodide>[0]): Promise<PyodideAPI> {
  // For the snapshot as well: which functions stand where in the tables of the interpreter must be the same.
  gate.install();
  // Emscripten asks for the numbers of the file system where the permission model lets nobody in.
  Object.assign(process, { binding: () => ({ fs: constants }) });
  return await loadPyodide({
    jsglobals: Object.freeze(Object.create(null)),
    env: { HOME: '/' },
    stdin: () => null as unknown as string,
    stdout: () => {},
    stderr: () => {},
    ...more,
  });
}

/** What programs and their runner need, and what takes time. */
function loadModules(pyodide: PyodideAPI): void {
  const folder = '/runner';
  pyodide.FS.mkdir(folder);
  pyodide.FS.writeFile(`${folder}/program_run.py`, readSource('../python/program-run.py'));
  pyodide.runPython(
    `import sys\nsys.path.insert(0, '${folder}')\nimport program_run\nsys.path.remove('${folder}')`,
  );
}

/** The snapshot, where one was prepared. */
function readPrepared(): Uint8Array | undefined {
  try {
    const { size } = fstatSync(preparedDescriptor);
    const bytes = new Uint8Array(size);
    for (let read = 0; read < size; ) {
      const more = readSync(preparedDescriptor, bytes, read, size - read, read);
      if (more === 0) return undefined;
      read += more;
    }
    closeSync(preparedDescriptor);
    return size === 0 ? undefined : bytes;
  } catch {
    return undefined;
  }
}

function readSource(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

function listen(serve: () => void): void {
  const socket = new Socket({ fd: inputDescriptor, readable: true, writable: false });
  socket.on('data', (chunk: Buffer) => {
    pipes.add(chunk);
    try {
      serve();
    } catch (error) {
      fail(describe(error) ?? raise(error));
    }
  });
  socket.on('close', () => exit(0));
  socket.on('error', () => exit(0));
  sendToHost({ type: 'ready' });
}

/** An interpreter that was left in the middle is good for nothing more. */
function fail(failure: Failure): never {
  sendToHost({ type: 'failed', task: task.id, failure, usage: task.usage(), spent: true });
  return exit(0);
}

function raise(error: unknown): never {
  throw error;
}

function describe(error: unknown): Failure | undefined {
  if (error instanceof ClosedImportError) {
    return { code: 'SANDBOX_CODE_THREW', detail: `PermissionError: ${error.message}` };
  }
  if (error instanceof RangeError && /^Maximum call stack/.test(error.message)) {
    return { code: 'SANDBOX_STACK_LIMIT', limit: 'stackBytes', used: 0 };
  }
  return undefined;
}
