import { type Logger, silentLogger } from '@navette/kit';
import pg from 'pg';
import { databaseErrors } from './database-error.ts';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded/embedded-postgres.ts';
import { guardConnection } from './guard-connection.ts';
import { idleTransactionLimitMs } from './idle-transaction.ts';
import { keepAliveAfterMs } from './keep-alive.ts';
import { retryConflicts } from './retry-database.ts';

/** An open database: a pool of connections and, when it is the built-in Postgres, the server behind it. */
export interface Database {
  readonly pool: pg.Pool;
  /** May hold a password: never log it. */
  readonly connectionString: string;
  /** Present when this process runs the Postgres itself. */
  readonly embedded: EmbeddedPostgres | undefined;
  /**
   * Runs `work` between BEGIN and COMMIT on one connection; rolls back and rethrows when it throws. After a deadlock or a
   * conflict it begins again. An error of COMMIT itself leaves open whether the work is stored.
   */
  withTransaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T>;
  /** Closes the connections, then stops the built-in Postgres. Safe to call more than once. */
  close(): Promise<void>;
}

export type DatabaseOptions = DatabaseTarget & {
  logger?: Logger;
  /** Connections at most, 10 by default. */
  maxConnections?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  /** How long to wait for a free or a new connection, 10 s by default. */
  connectTimeoutMs?: number;
};

export type DatabaseTarget =
  | { connectionString: string; embedded?: undefined }
  | { embedded: Omit<EmbeddedPostgresOptions, 'logger'>; connectionString?: undefined };

/** Opens the database and proves that it answers. Throws the codes of `databaseErrors` and `embeddedErrors`. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const logger = options.logger ?? silentLogger;
  const embedded = options.embedded
    ? await startEmbeddedPostgres({ ...options.embedded, logger })
    : undefined;
  const connectionString = embedded?.connectionString ?? options.connectionString!;
  try {
    const pool = createPool(connectionString, options, logger);
    // A socket of this machine loses nothing.
    if (!embedded) pool.on('connect', (client) => guardConnection(client, { connectionString, logger }));
    try {
      await assertAnswers(pool, connectionString);
    } catch (error) {
      await pool.end();
      throw error;
    }
    return createHandle(pool, connectionString, embedded);
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

function createHandle(
  pool: pg.Pool,
  connectionString: string,
  embedded: EmbeddedPostgres | undefined,
): Database {
  let closed: Promise<void> | undefined;
  return {
    pool,
    connectionString,
    embedded,
    withTransaction: (work) => retryConflicts(() => runTransaction(pool, work)),
    close() {
      closed ??= pool.end().finally(() => embedded?.stop());
      return closed;
    },
  };
}

async function runTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error; // The query in flight, or the next one, rejects with it as well.
  };
  client.on('error', onError);
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

/** An answer that has not come by then never will: the connection is dead, and nobody said so. */
const statementLimitMs = 120_000;

function createPool(connectionString: string, options: DatabaseOptions, logger: Logger): pg.Pool {
  let pool: pg.Pool;
  try {
    pool = new pg.Pool({
      connectionString,
      application_name: options.applicationName ?? 'navette',
      max: options.maxConnections ?? 10,
      connectionTimeoutMillis: options.connectTimeoutMs ?? 10_000,
      query_timeout: statementLimitMs,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveAfterMs,
      idle_in_transaction_session_timeout: idleTransactionLimitMs,
      types: typeParsers,
    });
  } catch (error) {
    throw createUrlError(error);
  }
  // Without a listener the loss of an idle connection would end the process; the pool replaces it by itself.
  pool.on('error', (error) => {
    // While it closes, the built-in Postgres may be the one that ends the connection.
    if (!pool.ending) logger.warn({ reason: error.message }, 'An idle database connection was lost');
  });
  return pool;
}

const int8: number = 20;
const int8Array: number = 1016;

/** Counts, sizes and micro-dollars stay below 2^53, so 64-bit integers are numbers here; a larger one is an error. */
const typeParsers: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format === 'binary') return pg.types.getTypeParser(oid, format);
    if (oid === int8) return decodeInt8;
    if (oid === int8Array) return decodeInt8Array;
    return pg.types.getTypeParser(oid, 'text');
  },
};

function decodeInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new RangeError(`The database returned ${text}, which is above 2^53`);
  return value;
}

function decodeInt8Array(text: string): (number | null)[] {
  const parts = pg.types.getTypeParser(int8Array, 'text')(text) as (string | null)[];
  return parts.map((part) => (part === null ? null : decodeInt8(part)));
}

async function assertAnswers(pool: pg.Pool, connectionString: string): Promise<void> {
  let found: { number: number; text: string };
  try {
    const result = await pool.query<{ number: number; text: string }>(
      `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS text`,
    );
    found = result.rows[0]!;
  } catch (error) {
    throw toConnectionError(error, connectionString);
  }
  if (found.number >= 150_000) return;
  const params = { address: describeAddress(connectionString), found: found.text };
  throw databaseErrors.create('STORE_DATABASE_TOO_OLD', { params });
}

function toConnectionError(error: unknown, connectionString: string) {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_INVALID_URL') return createUrlError(error);
  const refused = /^(28|3D)\w{3}$/.test(code);
  const reason = message || (error instanceof AggregateError ? error.errors[0]?.message : '') || code;
  return databaseErrors.create(refused ? 'STORE_DATABASE_REFUSED' : 'STORE_DATABASE_UNREACHABLE', {
    params: { address: describeAddress(connectionString), reason },
    cause: error,
  });
}

/** An invalid address is not repeated: what is wrong in it may be the password. */
function createUrlError(error: unknown) {
  const reason =
    (error as NodeJS.ErrnoException).code === 'ERR_INVALID_URL' ? 'it is not a URL' : 'it is malformed';
  return databaseErrors.create('STORE_DATABASE_URL_INVALID', { params: { reason } });
}

/** "host:port/database", without user and password. */
export function describeAddress(connectionString: string): string {
  const url = URL.parse(connectionString.replace('@/', '@socket/').replace(':///', '://socket/'));
  if (!url) return 'an unreadable address';
  const socket = url.searchParams.get('host');
  const host = socket ?? url.hostname;
  const port = url.searchParams.get('port') ?? (url.port || '5432');
  return `${host}:${port}${url.pathname}`;
}
