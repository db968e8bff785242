import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@navette/kit';
import { isConflictError, isConnectionError, isDiskFullError } from '../execution/connection-error.ts';

/** Whoever waits for a new execution is a person or a program with a limit of its own. */
const createPatienceMs = 10_000;

/**
 * Repeats work that may be done twice while the database is away, full or in conflict with itself: for as long as it takes
 * for an execution that exists, as the journal writer does (execution/batch-writer.ts, W5), not so long for one that
 * nobody has been told of. `signal` ends the waiting.
 */
export async function untilStored<T>(
  work: () => Promise<T>,
  { isCreate, signal, logger }: { isCreate: boolean; signal: AbortSignal; logger: Logger },
): Promise<T> {
  const since = Date.now();
  for (let delayMs = 20; ; delayMs = Math.min(delayMs * 2, 2_000)) {
    try {
      return await work();
    } catch (error) {
      const isPassing = isConnectionError(error) || isConflictError(error) || isDiskFullError(error);
      const isImpatient = isCreate && (isDiskFullError(error) || Date.now() - since > createPatienceMs);
      if (!isPassing || isImpatient || signal.aborted) throw error;
      logger.warn({ reason: String(error) }, 'A large value did not reach the database; trying again');
    }
    await delay(delayMs * (0.5 + Math.random()), undefined, { ref: false });
  }
}
