/** What is done again when the database could not do it this time. */
import { setTimeout as delay } from 'node:timers/promises';
import { type ReconnectPace, reconnectDelayMs, systemClock } from '@navette/kit';
import { isConflictError, isConnectionError, isDiskFullError } from './execution/connection-error.ts';

const maxConflicts = 10;
const whileAway: ReconnectPace = { delayMs: 50, maxDelayMs: 2_000 };

/**
 * Runs a whole transaction again when Postgres chose it as the victim of a deadlock or of a conflict. `work` may begin
 * several times; it takes effect once.
 */
export async function retryConflicts<T>(work: () => Promise<T>): Promise<T> {
  for (let conflicts = 1; ; conflicts++) {
    try {
      return await work();
    } catch (error) {
      if (!isConflictError(error) || conflicts === maxConflicts) throw error;
      // Not in step with the other side of the conflict.
      await delay(conflicts * 5 * Math.random());
    }
  }
}

/**
 * Does again, for as long as the database is away or full, what may be done twice: for whoever has nothing better to do
 * than to wait for it. Rejects when the signal ends the wait.
 */
export async function retryWhileAway<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await work();
    } catch (error) {
      if (!isConnectionError(error) && !isDiskFullError(error)) throw error;
      await systemClock.sleep(chooseAwayDelay(failures), signal);
    }
  }
}

/** Milliseconds to leave a database alone that was found away so many times in a row. */
export function chooseAwayDelay(failures: number): number {
  return reconnectDelayMs(whileAway, failures, Math.random());
}
