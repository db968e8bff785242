import { CompiledQuery } from 'kysely';
import type { Queryable } from '../queryable.ts';
import type { QueryBuilder } from './query-builder.ts';

/**
 * Runs written SQL where the query builder is, in its transaction too. Names of columns come back in camel case, so the SQL
 * that both may run names them with one word.
 */
export function toQueryable(db: QueryBuilder): Queryable {
  return {
    query: (text, values = []) => db.executeQuery(CompiledQuery.raw(text, [...values])),
  };
}
