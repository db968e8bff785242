import {
  CamelCasePlugin,
  Kysely,
  PostgresDialect,
  type PostgresPoolClient,
  type TransactionBuilder,
} from 'kysely';
import type pg from 'pg';
import { retryConflicts } from '../retry-database.ts';
import type { Tables } from './tables.ts';

export type QueryBuilder = Kysely<Tables>;

/** Begins a transaction again after a deadlock or a conflict, as `Database.withTransaction` does. */
class ConflictRetryingKysely extends Kysely<Tables> {
  override transaction(): TransactionBuilder<Tables> {
    const builder = super.transaction();
    const execute = builder.execute.bind(builder);
    builder.execute = (work) => retryConflicts(() => execute(work));
    return builder;
  }
}

/** The typed query builder over the shared pool. It owns no connection: closing the pool is up to whoever opened it. */
export function createQueryBuilder(pool: pg.Pool): QueryBuilder {
  return new ConflictRetryingKysely({
    dialect: createSharedDialect(pool),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
}

/** A kysely dialect that borrows connections of `pool` and never ends it. */
export function createSharedDialect(pool: pg.Pool): PostgresDialect {
  const guarded = new WeakSet<object>();
  return new PostgresDialect({
    pool: {
      async connect() {
        const client = await pool.connect();
        // A lost connection rejects the query in flight; without a listener it would also end the process.
        if (!guarded.has(client)) {
          guarded.add(client);
          client.on('error', () => {});
        }
        return client as PostgresPoolClient;
      },
      async end() {},
      options: pool.options,
    },
  });
}
