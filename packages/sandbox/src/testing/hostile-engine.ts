/** What the tests of the host against its runners work with: the messages of a well-behaved runner, and tasks. */
import { createNodeProgram } from '../runner/node-program.ts';
import { createPooledEngine } from '../runner/pooled-engine.ts';
import { createTask } from './engine-under-test.ts';
import type { HostileAct } from './hostile-main.fixture.ts';

/** An engine whose runners do what the source of their tasks says (hostile-main.fixture.ts), or another main. */
export const openHostileEngine = (main = 'testing/hostile-main.fixture.ts') =>
  createPooledEngine({
    program: createNodeProgram({
      engine: 'quickjs',
      main,
      folders: ['inside', 'protocol', 'testing'],
      packages: [],
      flags: [],
      baseMemoryBytes: 256 * 1024 ** 2,
      canDrop: true,
    }),
    size: 2,
    ready: 1,
    maxTasks: 10,
    maxQueued: 10,
    maxIdleMs: 30_000,
    jail: 'never',
    languages: ['javascript'],
    reuse: 'project',
    isolation: 'optional',
  });
export const task = '%TASK%';
export const usage = { cpuMs: 0, peakMemoryBytes: 0 };
export const done = { type: 'done', task, output: '1', usage };
export const part = { type: 'part', task };
export const call = { type: 'call', task, call: 1, name: 'echo', args: '[]' };
export const threw = { code: 'SANDBOX_CODE_THREW', detail: 'x' };
export const failed = (failure: object) => ({ type: 'failed', task, failure, usage });
export const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
const limits = {
  outputBytes: 1_000,
  consoleLines: 50,
  consoleBytes: 10_000,
  calls: 5,
  callsInFlight: 4,
  callBytes: 1_000,
};
export const hostile = (acts: readonly HostileAct[], wallMs = 10_000, projectId = 'project-1') =>
  createTask(JSON.stringify(acts), {
    bindings: ['echo'],
    limits: { ...limits, wallMs },
    reuseKey: { projectId, versionId: 'version-1' },
  });
