/**
 * Notices a connection that is dead without a word: packets are dropped, by a firewall that forgot it or a host that is
 * gone, and an answer would be awaited for as long as the longest statement may take.
 *
 * Owns: since when each guarded connection has been waiting for an answer.
 *
 * G1. A connection is ended only when Postgres itself says, on another one, that it has nothing to do for it. A statement
 *     that takes long is left alone, and so is everything while Postgres cannot be asked.
 * G2. What was awaited on it rejects as lost, which all who use connections know how to handle.
 */
import type { Socket } from 'node:net';
import type { Logger } from '@navette/kit';
import pg from 'pg';

export interface GuardOptions {
  connectionString: string;
  logger: Logger;
  /** How long an answer may take before Postgres is asked. */
  suspectAfterMs?: number;
}

/** What the driver has and does not declare. */
interface DriverClient {
  processID: number | null;
  connection: { stream: Socket };
}

const usualSuspectAfterMs = 5_000;
const probeLimitMs = 2_000;

/** Guards a client that is connected, until it ends. */
export function guardConnection(client: pg.ClientBase, options: GuardOptions): void {
  const { logger, suspectAfterMs = usualSuspectAfterMs } = options;
  const { processID, connection } = client as pg.ClientBase & DriverClient;
  const { stream } = connection;
  if (processID === null) return;
  let writtenAtRead = stream.bytesWritten;
  let waitingSince: number | undefined;
  let asking = false;
  const look = async () => {
    if (stream.bytesWritten === writtenAtRead || asking) return;
    waitingSince ??= performance.now();
    if (performance.now() - waitingSince < suspectAfterMs) return;
    const since = waitingSince;
    asking = true;
    const isIdle = await isBackendIdle(processID, options.connectionString, suspectAfterMs / 2);
    asking = false;
    if (!isIdle || waitingSince !== since) return;
    logger.warn({ backend: processID }, 'A database connection was dead without a word; it is replaced');
    stream.destroy();
  };
  const timer = setInterval(() => void look(), suspectAfterMs / 2).unref();
  stream.on('data', () => {
    writtenAtRead = stream.bytesWritten;
    waitingSince = undefined;
  });
  stream.once('close', () => clearInterval(timer));
}

/** Whether the backend has waited for us all this time. False when that cannot be learnt. */
async function isBackendIdle(pid: number, connectionString: string, forMs: number): Promise<boolean> {
  const probe = new pg.Client({
    connectionString,
    application_name: 'navette probe',
    connectionTimeoutMillis: probeLimitMs,
    query_timeout: probeLimitMs,
  });
  probe.on('error', () => {});
  try {
    await probe.connect();
    const found = await probe.query(
      `SELECT FROM pg_stat_activity WHERE pid = $1 AND usename = current_user AND datname = current_database()
         AND state LIKE 'idle%' AND state_change < now() - $2 * interval '1 ms'`,
      [pid, forMs],
    );
    return found.rowCount === 1;
  } catch {
    return false;
  } finally {
    await probe.end().catch(() => {});
  }
}
