/** The wait at the start for a database that is not up yet, as when containers are started together. */
import { type Clock, type Logger, NavetteError, reconnectDelayMs } from '@navette/kit';
import { type Database, databaseErrors, describeAddress, openDatabase } from '@navette/store';

const pace = { delayMs: 250, maxDelayMs: 5_000 };

export interface AwaitDatabaseOptions {
  connectionString: string;
  maxConnections: number;
  /** From the first attempt on; 0 is one attempt. */
  waitMs: number;
  clock: Clock;
  logger: Logger;
  /** Ends the wait with its reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Tries until the database answers. What waiting does not mend (a wrong password, an old version) is thrown at once, as
 * is STORE_DATABASE_UNREACHABLE when the time is over.
 */
export async function awaitDatabase(options: AwaitDatabaseOptions): Promise<Database> {
  const { clock, connectionString, logger, maxConnections, signal, waitMs } = options;
  const since = clock.now();
  for (let failures = 1; ; failures++) {
    try {
      return await openDatabase({ connectionString, maxConnections, logger });
    } catch (error) {
      signal?.throwIfAborted();
      if (!NavetteError.is(error) || error.code !== 'STORE_DATABASE_UNREACHABLE') throw error;
      const reason = error.cause instanceof Error && error.cause.message ? error.cause.message : error.code;
      const address = describeAddress(connectionString);
      const waitedMs = clock.now() - since;
      if (waitMs === 0) throw error;
      if (waitedMs >= waitMs) {
        const waited = `waited ${Math.round(waitedMs / 1_000)} s, see databaseWaitMs`;
        throw databaseErrors.create('STORE_DATABASE_UNREACHABLE', {
          params: { address, reason: `${reason} (${waited})` },
          cause: error,
        });
      }
      const leftMs = waitMs - waitedMs;
      logger.warn({ address, reason, waitedMs, leftMs }, 'Waiting for the database: it does not answer yet');
      await clock.sleep(Math.min(reconnectDelayMs(pace, failures, Math.random()), leftMs), signal);
    }
  }
}
