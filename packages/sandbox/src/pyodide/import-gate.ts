/**
 * What the WebAssembly of Pyodide may ask of JavaScript. Pyodide imports more than a thousand functions, among them those
 * by which Python handles objects of JavaScript, links other WebAssembly, opens sockets and starts programs. Once the
 * gate is closed, what is on the list below is left: files in memory, clocks, chance, growth of the memory. That holds
 * for a program that writes into the interpreter's memory as well.
 *
 * The functions are replaced where Emscripten keeps them, so that nothing it links later finds the old ones.
 */
import type { HeapGauge } from './heap-gauge.ts';

type ImportedFunction = (...values: never[]) => unknown;
type Imports = Record<string, Record<string, unknown>>;

/** What is used of WebAssembly here; the types of Node have none of it. */
const api = (
  globalThis as unknown as {
    WebAssembly: { instantiate(source: Uint8Array, imports?: Imports): Promise<object> };
  }
).WebAssembly;

/** The file system of Emscripten, which lies in memory, and the devices of devices.ts. */
const files = [
  'chdir chmod dup dup3 faccessat fadvise64 fallocate fchdir fchmod fchmodat2 fchown32 fchownat fcntl64 fdatasync fstat64',
  'fstatfs64 ftruncate64 getcwd getdents64 ioctl lstat64 mkdirat mknodat newfstatat openat pipe poll readlinkat renameat',
  'rmdir stat64 statfs64 symlinkat truncate64 umask_js unlinkat utimensat getuid32_js',
].flatMap((names) => names.split(' ').map((name) => `__syscall_${name}`));

const open: ReadonlySet<string> = new Set([
  ...files,
  ...'fd_close fd_fdstat_get fd_pread fd_pwrite fd_read fd_seek fd_sync fd_write'.split(' '),
  ...'_mmap_js _msync_js _munmap_js'.split(' '),
  ...'clock_res_get clock_time_get emscripten_date_now emscripten_get_now emscripten_get_now_res'.split(' '),
  ...'_gmtime_js _localtime_js _mktime_js _timegm_js _tzset_js __asctime_r strptime strptime_l'.split(' '),
  ...'random_get environ_get environ_sizes_get emscripten_get_heap_max emscripten_resize_heap'.split(' '),
  ...'emscripten_notify_memory_growth emscripten_stack_snapshot emscripten_stack_unwind_buffer'.split(' '),
  ...'_PyEM_TrampolineCall_JS __assert_fail _abort_js'.split(' '),
  // Nothing is there for them to be about.
  ...'_try_fcntl64 _try_shutdown can_run_sync_js _Py_CheckEmscriptenSignals_Helper'.split(' '),
]);

const ends: ReadonlySet<string> = new Set(['exit', 'proc_exit']);

/** The number of ENOSYS in Emscripten. */
const notImplemented = -52;
const noSuchName = -2;

/** What a program may ask for in good faith, and is told that there is none. */
const refusals: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ...'accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmsg sendmsg sendto socket'
    .split(' ')
    .map((name): [string, number] => [`__syscall_${name}`, notImplemented]),
  ...['_emscripten_system', '_setitimer_js'].map((name): [string, number] => [name, notImplemented]),
  ...['getaddrinfo', 'getnameinfo'].map((name): [string, number] => [name, noSuchName]),
  ...['connect', 'poll', 'recvfrom', 'sendto'].map((name): [string, null] => [`_maybe_${name}_async`, null]),
]);

export interface GateOptions {
  heap: HeapGauge;
  exit(code: number): never;
}

export class ImportGate {
  readonly #options: GateOptions;
  #closed = false;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** From now on, the imports of the next interpreter pass through here. */
  install(): void {
    const { instantiate } = api;
    api.instantiate = (source, imports) => {
      if (imports?.['env']) this.#guard(imports['env']);
      return instantiate(source, imports);
    };
  }

  close(): void {
    this.#closed = true;
  }

  #guard(imports: Record<string, unknown>): void {
    const { heap } = this.#options;
    const resize = imports['emscripten_resize_heap'] as (bytes: number) => number;
    for (const [name, act] of Object.entries(imports)) {
      if (typeof act === 'function' && !open.has(name))
        imports[name] = this.#wrap(name, act as ImportedFunction);
    }
    const checked = (bytes: number) => {
      heap.check(bytes >>> 0);
      return resize(bytes);
    };
    imports['emscripten_resize_heap'] = Object.assign(checked, resize);
  }

  /** With the marks that Emscripten puts on its functions. */
  #wrap(name: string, act: ImportedFunction): ImportedFunction {
    const guarded: ImportedFunction = (...values) =>
      this.#closed ? this.#refuse(name, values[0]) : act(...values);
    return Object.assign(guarded, act);
  }

  #refuse(name: string, value: unknown): unknown {
    if (ends.has(name)) this.#options.exit(Number(value));
    if (refusals.has(name)) return refusals.get(name);
    throw new ClosedImportError(name);
  }
}

/** Ends the runner: the interpreter is in the middle of something that it cannot leave well. */
export class ClosedImportError extends Error {
  override readonly name = 'ClosedImportError';

  constructor(name: string) {
    super(`Python has no way to "${name}" here`);
  }
}
