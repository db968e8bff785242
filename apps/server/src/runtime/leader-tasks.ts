/**
 * What one process does for all: takes work from dead workers, ends what is stuck. Every turn is harmless
 * when two processes take it at once: rows are taken by compare-and-set or skipped while another transaction has them.
 */
import type { ExecutionStore } from '@navette/engine';
import type { Logger } from '@navette/kit';
import {
  buryExpired,
  type Database,
  endUnreadable,
  listStuckCancels,
  type ProcessBus,
  requeueOrphans,
  type SharedLook,
  wakeParents,
} from '@navette/store';
import { beatMs } from './beat.ts';
import type { LoopTask } from './run-loop.ts';

const stuckLimit = 500;

type Enqueue = (executionIds: readonly string[]) => void;

/** `isTrusted`: whether the database has answered for long enough that a silent worker is to blame for its silence. */
export function createTakeOverTask(options: {
  database: Database;
  store: Pick<ExecutionStore, 'requestCancel'>;
  bus: ProcessBus | undefined;
  enqueue: Enqueue;
  look: SharedLook;
  leaseMs: number;
  /** Of this process. */
  readWorkerId(): string;
  logger: Logger;
  isTrusted(): boolean;
}): LoopTask {
  const { bus, enqueue, leaseMs, logger, look } = options;
  const { pool } = options.database;
  return {
    name: 'Taking over from dead workers',
    async turn() {
      if (!(await look.at('orphaned')).orphaned) return beatMs;
      const dead = options.isTrusted() ? await buryExpired(pool, leaseMs, options.readWorkerId()) : [];
      const orphans = await requeueOrphans(pool);
      if (orphans.length > 0) {
        // A cancellation has waited for the lease to run out: it ends now, not with the next turn of its own task.
        await endCancelled(options);
        enqueue(orphans);
      }
      await endPoisoned(options);
      if (dead.length > 0) {
        logger.warn({ workers: dead, executions: orphans.length }, 'Workers stopped without a word');
        // The last commit of a dead worker may be one that it told nobody of.
        bus?.publish({ kind: 'missed' });
      }
      return beatMs;
    },
  };
}

/** Ends what no worker survives taking up, and tells those who wait for it. */
async function endPoisoned(options: { database: Database; enqueue: Enqueue; logger: Logger }): Promise<void> {
  const { ended, woken } = await options.database.withTransaction(async (client) => {
    const { ended, parentIds } = await endUnreadable(client);
    return { ended, woken: await wakeParents(client, parentIds) };
  });
  if (ended.length === 0) return;
  options.logger.error({ executionIds: ended }, 'Executions were ended that no worker could take up');
  options.enqueue(woken.filter(({ status }) => status === 'queued').map(({ id }) => id));
}

/** Ends what was cancelled while a worker had it and was given back before the worker heard of it. */
export function createCancelTask(options: {
  database: Database;
  look: SharedLook;
  store: Pick<ExecutionStore, 'requestCancel'>;
}): LoopTask {
  return {
    name: 'Ending what was cancelled',
    async turn() {
      if ((await options.look.at('stuckCancels')).stuckCancels) await endCancelled(options);
      return beatMs;
    },
  };
}

async function endCancelled(options: {
  database: Database;
  store: Pick<ExecutionStore, 'requestCancel'>;
}): Promise<void> {
  const stuck = await listStuckCancels(options.database.pool, stuckLimit);
  for (const { id, projectId } of stuck) await options.store.requestCancel(projectId, id);
}
