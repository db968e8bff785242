/** What keeps limits and bounds going: the net below the passing of limits, and how long the queue is. */
import type { QueueBounds } from '@navette/engine';
import { countQueued, type Database, type PostgresExecutionStore } from '@navette/store';
import type { LoopTask } from './run-loop.ts';

/** Lets pass what waits behind limits that nobody asked about, and rates whose time has come. One process does it for all. */
export function createLimitTask({ limits }: Pick<PostgresExecutionStore, 'limits'>): LoopTask {
  return { name: 'Letting pass behind limits', turn: () => limits.sweep() };
}

const countEveryMs = 1_000;
/** Counting takes at most this part of the time: a million queued executions are counted less often. */
const countShare = 20;

export function createBoundsTask({
  bounds,
  database,
}: {
  bounds: QueueBounds;
  database: Database;
}): LoopTask {
  return {
    name: 'Counting the queue',
    async turn() {
      const startedAt = performance.now();
      await bounds.load(() => countQueued(database.pool), startedAt);
      return Math.max(countEveryMs, countShare * (performance.now() - startedAt));
    },
  };
}
