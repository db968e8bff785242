/** What keeps limits and bounds going: the net below the passing of limits, and how long the queue is. */
import type { QueueBounds } from '@navette/engine';
import { countQueued, type Database, type PostgresExecutionStore, type SharedLook } from '@navette/store';
import { beatMs } from './beat.ts';
import type { LoopTask } from './run-loop.ts';

/** Lets pass what waits behind limits that nobody asked about, and rates whose time has come. One process does it for all. */
export function createLimitTask(
  { limits }: Pick<PostgresExecutionStore, 'limits'>,
  look: SharedLook,
): LoopTask {
  return {
    name: 'Letting pass behind limits',
    async turn() {
      const { held } = await look.at('held');
      if (held) return limits.sweep();
      await limits.deleteIdle();
      return beatMs;
    },
  };
}

/** Counting takes at most this part of the time: a million queued executions are counted less often. */
const countShare = 20;

export function createBoundsTask({
  bounds,
  database,
  look,
}: {
  bounds: QueueBounds;
  database: Database;
  look: SharedLook;
}): LoopTask {
  const count = async () =>
    (await look.at('queued')).queued ? countQueued(database.pool) : new Map<string, number>();
  return {
    name: 'Counting the queue',
    async turn() {
      const startedAt = performance.now();
      await bounds.load(count, startedAt);
      return Math.max(beatMs, countShare * (performance.now() - startedAt));
    },
  };
}
