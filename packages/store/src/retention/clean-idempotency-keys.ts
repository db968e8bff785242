import type pg from 'pg';

/** Removes answers to idempotent creates that are older than the day they are honoured. Index: idempotency_keys_age. */
export async function cleanIdempotencyKeys(pool: pg.Pool, limit: number): Promise<number> {
  const result = await pool.query(
    `DELETE FROM idempotency_keys WHERE (project_id, route, key) IN (
       SELECT project_id, route, key FROM idempotency_keys WHERE created_at < now() - interval '24 hours'
       ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
    [limit],
  );
  return result.rowCount ?? 0;
}
