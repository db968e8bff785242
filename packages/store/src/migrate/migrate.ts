/**
 * Brings a database to the schema of this version, forward only.
 *
 * Invariants:
 * 1. Each migration and its row in schema_migrations are one transaction.
 * 2. Every transaction first takes one advisory lock and then looks again at what is applied, so any number of servers
 *    may start at once, also through a pooler that spreads transactions over connections.
 * 3. A database that a newer version has touched, or whose applied migrations differ from ours, is left alone.
 */
import { type Logger, silentLogger } from '@navette/kit';
import type pg from 'pg';
import type { Database } from '../database.ts';
import { migrateErrors } from './migrate-error.ts';
import { loadMigrations, type Migration } from './migration-files.ts';

export interface MigrateOptions {
  logger?: Logger;
  /** Those of this version by default. */
  migrations?: readonly Migration[];
}

export interface MigrateResult {
  /** The versions that this call applied. */
  applied: number[];
  /** The version of the schema now. */
  version: number;
}

interface AppliedRow {
  version: number;
  name: string;
  sha256: string;
}

/** Any fixed number: the lock is shared by whoever migrates this database. */
const lockKey = 7_238_814_021;

/** Applies what is missing. Throws STORE_SCHEMA_NEWER, STORE_MIGRATION_CHANGED or STORE_MIGRATION_FAILED. */
export async function migrate(database: Database, options: MigrateOptions = {}): Promise<MigrateResult> {
  const { logger = silentLogger, migrations = loadMigrations() } = options;
  const applied: number[] = [];
  // The usual start finds everything applied and takes no lock.
  if (!findNext(migrations, await loadApplied(database.pool))) return { applied, version: migrations.length };
  for (;;) {
    const version = await applyNext(database, migrations, logger);
    if (version === undefined) return { applied, version: migrations.length };
    applied.push(version);
  }
}

/** The newest version that was applied to the database, 0 for an empty one. */
export async function loadSchemaVersion(queryable: Pick<pg.Pool, 'query'>): Promise<number> {
  return (await loadApplied(queryable)).at(-1)?.version ?? 0;
}

async function applyNext(
  database: Database,
  migrations: readonly Migration[],
  logger: Logger,
): Promise<number | undefined> {
  return database.withTransaction(async (client) => {
    await client.query(withoutHaste('SELECT pg_advisory_xact_lock($1)', [lockKey]));
    const next = findNext(migrations, await loadApplied(client));
    if (!next) return undefined;
    const startedAt = Date.now();
    try {
      if (next.version === 1) await client.query(createTable);
      await client.query(withoutHaste(next.sql));
    } catch (error) {
      const params = { name: next.name, reason: describeSqlError(error, next.sql) };
      throw migrateErrors.create('STORE_MIGRATION_FAILED', { params, cause: error });
    }
    await client.query('INSERT INTO schema_migrations (version, name, sha256) VALUES ($1, $2, $3)', [
      next.version,
      next.name,
      next.sha256,
    ]);
    logger.info({ migration: next.name, elapsedMs: Date.now() - startedAt }, 'Database migration applied');
    return next.version;
  });
}

/** A large table takes its time, and so does another process that migrates it. */
function withoutHaste(text: string, values?: unknown[]): pg.QueryConfig {
  const query = { text, query_timeout: 24 * 3_600_000, ...(values ? { values } : {}) };
  return query;
}

const createTable = `
CREATE TABLE schema_migrations (
  version int PRIMARY KEY,
  name text NOT NULL,
  sha256 text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)`;

/** The first migration that is not applied. Throws when the database went another way than our files. */
function findNext(migrations: readonly Migration[], applied: readonly AppliedRow[]): Migration | undefined {
  const found = applied.at(-1)?.version ?? 0;
  if (found > migrations.length)
    throw migrateErrors.create('STORE_SCHEMA_NEWER', { params: { found, known: migrations.length } });
  for (const [index, row] of applied.entries()) {
    const ours = migrations[index]!;
    if (ours.version !== row.version || ours.sha256 !== row.sha256)
      throw migrateErrors.create('STORE_MIGRATION_CHANGED', { params: { name: row.name } });
  }
  return migrations[applied.length];
}

async function loadApplied(queryable: Pick<pg.Pool, 'query'>): Promise<AppliedRow[]> {
  // Asks the catalog table, not to_regclass: that one answers from a cache which a wait for the lock leaves stale.
  const exists = await queryable.query<{ found: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_migrations') AS found`,
  );
  if (!exists.rows[0]?.found) return [];
  const result = await queryable.query<AppliedRow>(
    'SELECT version, name, sha256 FROM schema_migrations ORDER BY version',
  );
  return result.rows;
}

function describeSqlError(error: unknown, sql: string): string {
  const { message, position } = error as Error & { position?: string };
  if (!position) return message;
  return `${message} (line ${sql.slice(0, Number(position)).split('\n').length})`;
}
