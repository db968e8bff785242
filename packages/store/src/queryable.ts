/** Whatever runs SQL: a pool, a client in a transaction, or the query builder through `toQueryable`. */
export interface Queryable {
  query<Row>(text: string, values?: readonly unknown[]): Promise<{ rows: Row[] }>;
}
