/**
 * At most one process clears away at a time, and the next round is due when the interval since the last has passed,
 * whichever process ran it. The lease is a row, since a round is many transactions; two rounds at once would only waste
 * work, as every batch skips what another transaction has locked.
 */
import type pg from 'pg';

const leaseSql = `interval '5 minutes'`;

export interface LastRound {
  startedAt: Date | null;
  finishedAt: Date | null;
  counts: RoundCounts | null;
}

/** What a round removed. */
export interface RoundCounts {
  /** Executions whose data was deleted and whose row stays. */
  executionsEmptied: number;
  executionsDeleted: number;
  payloadsDeleted: number;
  payloadBytes: number;
  filesDeleted: number;
  /** Of contents that no file had any more, as stored. */
  contentBytes: number;
}

/** Milliseconds until the next round is due; 0 when it was due and is now the holder's. */
export async function claimRound(pool: pg.Pool, holder: string, intervalMs: number): Promise<number> {
  const claimed = await pool.query(
    `UPDATE retention_state SET holder = $1, held_until = now() + ${leaseSql}, started_at = now()
     WHERE (held_until IS NULL OR held_until < now())
       AND (started_at IS NULL OR started_at <= now() - make_interval(secs => $2::float8 / 1000))`,
    [holder, intervalMs],
  );
  if (claimed.rowCount === 1) return 0;
  const { rows } = await pool.query<{ left: number }>(
    `SELECT greatest(extract(epoch FROM greatest(held_until,
       started_at + make_interval(secs => $1::float8 / 1000)) - now()) * 1000, 1000)::float8 AS left
     FROM retention_state`,
    [intervalMs],
  );
  return rows[0]?.left ?? intervalMs;
}

/** False: another process took over, because this one was silent for too long. */
export async function renewRound(pool: pg.Pool, holder: string): Promise<boolean> {
  const renewed = await pool.query(
    `UPDATE retention_state SET held_until = now() + ${leaseSql} WHERE holder = $1`,
    [holder],
  );
  return renewed.rowCount === 1;
}

/** `counts`: of a round that came to its end. */
export async function completeRound(pool: pg.Pool, holder: string, counts?: RoundCounts): Promise<void> {
  await pool.query(
    `UPDATE retention_state SET holder = NULL, held_until = NULL,
       finished_at = CASE WHEN $2::json IS NULL THEN finished_at ELSE now() END, counts = coalesce($2::json, counts)
     WHERE holder = $1`,
    [holder, counts ? JSON.stringify(counts) : null],
  );
}

export async function readLastRound(pool: pg.Pool): Promise<LastRound> {
  const { rows } = await pool.query<LastRound>(
    'SELECT started_at AS "startedAt", finished_at AS "finishedAt", counts FROM retention_state',
  );
  return rows[0] ?? { startedAt: null, finishedAt: null, counts: null };
}
