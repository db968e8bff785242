import type { CodeEngine } from '../port.ts';
import { createNodeProgram } from '../runner/node-program.ts';
import type { PoolOptions } from '../runner/pool.ts';
import { createPooledEngine } from '../runner/pooled-engine.ts';

export type QuickJsEngineOptions = Partial<Omit<PoolOptions, 'program'>>;

/** JavaScript and TypeScript in QuickJS inside WebAssembly: slow at arithmetic, safe with and without the jail. */
export function createQuickJsEngine(options: QuickJsEngineOptions = {}): CodeEngine {
  return createPooledEngine({
    size: 4,
    ready: 1,
    maxTasks: 500,
    maxQueued: 1_000,
    maxIdleMs: 30_000,
    jail: 'where-available',
    ...options,
    program: createQuickJsProgram(),
    languages: ['javascript', 'typescript'],
    reuse: 'project',
    isolation: 'optional',
  });
}

/** Made when it is wanted: a package that is missing then stops this engine and nothing else. */
const createQuickJsProgram = () =>
  createNodeProgram({
    engine: 'quickjs',
    main: 'quickjs/runner-main.ts',
    folders: ['inside', 'protocol', 'quickjs'],
    packages: ['quickjs-emscripten-core', '@jitl/quickjs-wasmfile-release-sync', '@jitl/quickjs-ffi-types'],
    flags: ['--disallow-code-generation-from-strings', '--max-old-space-size=256'],
    baseMemoryBytes: 256 * 1024 * 1024,
    canDrop: true,
    caps: { cpuSeconds: 3_600 },
  });
