import type { QueryBuilder } from './query-builder.ts';

/** Runs `work` in the transaction that `db` is in already, or in one of its own. */
export function inTransaction<T>(db: QueryBuilder, work: (trx: QueryBuilder) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}
