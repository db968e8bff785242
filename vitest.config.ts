import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const exclude = ['**/node_modules/**', '**/dist/**', 'bench/peers/**'];

/**
 * Files share the processes of the workers, and so the modules that they import: most of their time went there. What a
 * test changes in its process (globals, environment, timers, listeners) it puts back.
 */
const shared = { isolate: false, unstubGlobals: true, unstubEnvs: true };

/** Three suites: `unit` needs nothing, `pg` needs a Postgres, `e2e` needs the whole stack (and runs alone). */
export default defineConfig({
  test: {
    // Every core works: Vitest's own process has little to do beside its workers.
    maxWorkers: availableParallelism(),
    // Polls end when the state is reached: the limit is only for machines that have more to do than this.
    expect: { poll: { timeout: 20_000 } },
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
          include: ['tests/**/*.e2e.test.ts', 'apps/**/*.e2e.test.ts'],
          exclude,
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
