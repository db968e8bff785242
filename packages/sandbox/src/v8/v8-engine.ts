import type { CodeEngine } from '../port.ts';
import { createNodeProgram } from '../runner/node-program.ts';
import type { PoolOptions } from '../runner/pool.ts';
import { createPooledEngine } from '../runner/pooled-engine.ts';
import type { RunnerProgram } from '../runner/runner-program.ts';

export interface V8EngineOptions extends Partial<Omit<PoolOptions, 'program'>> {
  /** `allow`: the operator accepts that code runs with Node's permission model alone, which is no jail. */
  withoutJail?: 'refuse' | 'allow';
}

const mebibyte = 1024 * 1024;

/**
 * JavaScript and TypeScript at full speed, in plain V8. The language is no wall here: the jail around the process is,
 * so without bubblewrap the engine is not available unless the operator opted in. A runner that worked for one version
 * of one project works for nothing else.
 *
 * Of the limits, `stackBytes` is not divided: a runner's stack is V8's, of about a megabyte.
 */
export function createV8Engine({ withoutJail = 'refuse', ...options }: V8EngineOptions = {}): CodeEngine {
  return createPooledEngine({
    size: 4,
    ready: 1,
    maxTasks: 200,
    maxQueued: 1_000,
    maxIdleMs: 30_000,
    jail: 'where-available',
    ...options,
    program: createV8Program('v8/runner-main.ts'),
    languages: ['javascript', 'typescript'],
    reuse: 'version',
    isolation: withoutJail === 'allow' ? 'optional' : 'required',
  });
}

/** `main` and `folders` are relative to packages/sandbox/src. */
export function createV8Program(main: string, folders: readonly string[] = []): RunnerProgram {
  const program = createNodeProgram({
    engine: 'v8',
    main,
    folders: ['inside', 'protocol', 'v8', 'quickjs/bootstrap.ts', 'quickjs/describe-thrown.ts', ...folders],
    packages: [],
    flags: [
      '--disallow-code-generation-from-strings',
      '--experimental-vm-modules',
      '--frozen-intrinsics',
      // The policy's ceiling: what a task may hold is watched from outside.
      '--max-old-space-size=1100',
    ],
    baseMemoryBytes: 128 * mebibyte,
    canDrop: false,
    caps: { cpuSeconds: 3_600, dataBytes: 3_072 * mebibyte },
  });
  return { ...program, ranOutOfMemory: /heap out of memory|Array buffer allocation failed/ };
}
