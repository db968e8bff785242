import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const exclude = ['**/node_modules/**', '**/dist/**', 'bench/peers/**'];

/**
 * Files share the processes of the workers, and so the modules that they import: most of their time went there. What a
 * test changes in its process (globals, environment, timers, listeners) it puts back.
 */
const shared = { isolate: false, unstubGlobals: true, unstubEnvs: true };

/** Short files with long tests. Vitest puts long files first, and would leave one worker alone with these at the end. */
const longTests = [
  'simulation.test.ts',
  'simulation-further-seeds.test.ts',
  'storm.e2e.test.ts',
  'crash.e2e.test.ts',
  'replay.e2e.test.ts',
  'attack.e2e.test.ts',
];

class LongTestsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) =>
      longTests.some((name) => moduleId.endsWith(`/${name}`));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/** Three suites: `unit` needs nothing, `pg` needs a Postgres, `e2e` needs the whole stack (and runs after the others). */
export default defineConfig({
  test: {
    // Every core works: Vitest's own process has little to do beside its workers.
    maxWorkers: availableParallelism(),
    // Polls end when the state is reached: the limit is only for machines that have more to do than this.
    expect: { poll: { timeout: 20_000 } },
    sequence: { sequencer: LongTestsFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'packages/**/*.test.ts',
            'apps/**/*.test.ts',
            'tests/boundaries/*.test.ts',
            'tests/chaos/*.test.ts',
            'tests/docs/*.test.ts',
            'tests/setup/*.test.ts',
            'workflows/**/*.test.ts',
          ],
          exclude: [...exclude, '**/*.pg.test.ts', '**/*.e2e.test.ts'],
          ...shared,
          // A machine with more to do than this may be slow; nothing here is timed.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'pg',
          include: ['packages/**/*.pg.test.ts', 'apps/**/*.pg.test.ts', 'tests/**/*.pg.test.ts'],
          exclude,
          globalSetup: ['packages/testing/src/global-postgres.ts'],
          ...shared,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['packages/**/*.e2e.test.ts', 'tests/**/*.e2e.test.ts', 'apps/**/*.e2e.test.ts'],
          exclude,
          // Each file has its own servers, and waits more than half of the time for them and for what it has killed.
          maxWorkers: availableParallelism() + 1,
          sequence: { groupOrder: 1 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
