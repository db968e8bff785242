import { fileURLToPath } from 'node:url';
import type { CodeEngine } from '../../port.ts';
import { createNodeProgram } from '../../runner/node-program.ts';
import { createPooledEngine } from '../../runner/pooled-engine.ts';
import type { RunnerProgram } from '../../runner/runner-program.ts';

const main = 'testing/escape-attempts/taken-over-main.fixture.ts';

/** Started exactly as QuickJS is, with another main file. */
const walled = createNodeProgram({
  engine: 'quickjs',
  main,
  folders: ['inside', 'protocol', 'testing'],
  packages: [],
  flags: ['--max-old-space-size=256'],
  baseMemoryBytes: 256 * 1024 ** 2,
  canDrop: true,
});

/** Plain Node without permissions taken away: what the walls are compared with. */
const open: RunnerProgram = {
  ...walled,
  args: () => [
    '--disable-warning=ExperimentalWarning',
    fileURLToPath(new URL('../../', import.meta.url)) + main,
  ],
};

export function createTakenOverEngine(walls: 'jail' | 'permission-model' | 'none'): CodeEngine {
  return createPooledEngine({
    program: walls === 'none' ? open : walled,
    size: 2,
    ready: 0,
    maxTasks: 50,
    maxQueued: 100,
    maxIdleMs: 30_000,
    jail: walls === 'jail' ? 'where-available' : 'never',
    languages: ['javascript', 'typescript'],
    reuse: 'project',
    isolation: walls === 'jail' ? 'required' : 'optional',
  });
}
