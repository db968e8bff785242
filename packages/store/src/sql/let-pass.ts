/**
 * Lets executions pass that are held by a limit, as far as it has room, in the order of priority and age.
 *
 * L1. The caller holds the rows of the limits (lockLimits) since an earlier statement of its transaction: what is counted
 *     here is seen after that lock, so that two at once cannot give one place twice.
 * L2. A place is counted from the executions: it is held by whoever is queued or running and not held by the limit.
 * L3. A rate counts those that have started within its interval and those that passed and have not started: no window of
 *     that length ever sees more starts than the limit.
 * Locks: the executions that pass, skipping those that somebody is cancelling.
 * Indexes: executions_queued, executions_places, executions_rate.
 */
import { queuedCauses } from '@navette/contracts';
import type { ClientBase } from 'pg';

type Queryable = Pick<ClientBase, 'query'>;

const freeWorker = `'${queuedCauses.worker}'`;

/** Gives those that hold a place now, with the rate limit that they go to next, if any. */
export async function passConcurrency(
  client: Queryable,
  limitIds: readonly string[],
): Promise<{ id: string; rateId: string | null }[]> {
  const result = await client.query<{ id: string; rate_id: string | null }>({
    name: 'pass-concurrency',
    text: `
      WITH room AS MATERIALIZED (
        SELECT k.id, k.project_id, k.capacity - (
          SELECT count(*) FROM executions e
          WHERE e.concurrency_id = k.id AND NOT (e.held_by IS NOT DISTINCT FROM e.concurrency_id)
            AND e.status IN ('queued', 'running', 'waiting')
        ) AS free
        FROM limit_keys k WHERE k.id = ANY ($1::uuid[]) AND k.kind = 'concurrency'
      ), next AS (
        SELECT held.id FROM room r CROSS JOIN LATERAL (
          SELECT e.id FROM executions e WHERE e.held_by = r.id AND e.project_id = r.project_id AND e.status = 'queued'
          ORDER BY e.held_by, e.project_id, e.priority, e.created_at, e.id LIMIT greatest(r.free, 0) FOR UPDATE SKIP LOCKED
        ) held
      )
      UPDATE executions e SET held_by = CASE WHEN e.started_at IS NULL THEN e.rate_id END, reason = ${freeWorker}
      FROM next WHERE e.id = next.id
      RETURNING e.id, e.held_by AS rate_id`,
    values: [[...limitIds]],
  });
  return result.rows.map((row) => ({ id: row.id, rateId: row.rate_id }));
}

/** Gives those that may start now. Whoever stays held finds in `next_at` when to look again. */
export async function passRate(client: Queryable, limitIds: readonly string[]): Promise<string[]> {
  const passed = await client.query<{ id: string }>({
    name: 'pass-rate',
    text: `
      WITH room AS MATERIALIZED (
        SELECT k.id, k.project_id, k.capacity - (
          SELECT count(*) FROM executions e
          WHERE e.rate_id = k.id AND e.started_at IS NULL AND e.status = 'queued' AND e.held_by IS NULL
        ) - (
          SELECT count(*) FROM executions e
          WHERE e.rate_id = k.id AND e.started_at > clock_timestamp() - make_interval(secs => k.interval_ms / 1000.0)
        ) AS free
        FROM limit_keys k WHERE k.id = ANY ($1::uuid[]) AND k.kind = 'rate'
      ), next AS (
        SELECT held.id FROM room r CROSS JOIN LATERAL (
          SELECT e.id FROM executions e WHERE e.held_by = r.id AND e.project_id = r.project_id AND e.status = 'queued'
          ORDER BY e.held_by, e.project_id, e.priority, e.created_at, e.id LIMIT greatest(r.free, 0) FOR UPDATE SKIP LOCKED
        ) held
      )
      UPDATE executions e SET held_by = NULL, reason = ${freeWorker}
      FROM next WHERE e.id = next.id
      RETURNING e.id`,
    values: [[...limitIds]],
  });
  await client.query({
    name: 'schedule-rate',
    text: `
      UPDATE limit_keys k SET next_at = CASE
        WHEN EXISTS (SELECT FROM executions e WHERE e.held_by = k.id AND e.status = 'queued')
        THEN coalesce(
          (SELECT e.started_at + make_interval(secs => k.interval_ms / 1000.0) FROM executions e
           WHERE e.rate_id = k.id AND e.started_at > clock_timestamp() - make_interval(secs => k.interval_ms / 1000.0)
           ORDER BY e.started_at LIMIT 1),
          -- Those that passed have not started yet.
          clock_timestamp() + make_interval(secs => least(k.interval_ms, 1000) / 1000.0))
        END
      WHERE k.id = ANY ($1::uuid[]) AND k.kind = 'rate'`,
    values: [[...limitIds]],
  });
  return passed.rows.map((row) => row.id);
}

/** Executions that must go so that the newest ones have room: all but the newest, as many as the limit says. */
export async function listReplaced(client: Queryable, limitId: string): Promise<OverflowRow[]> {
  const result = await client.query<OverflowRow>({
    name: 'list-replaced',
    text: `SELECT e.id, e.project_id AS "projectId" FROM executions e
           WHERE e.concurrency_id = $1 AND e.status IN ('queued', 'running') AND e.cancel_requested_at IS NULL
           ORDER BY e.created_at DESC, e.id DESC
           OFFSET (SELECT capacity FROM limit_keys WHERE id = $1)`,
    values: [limitId],
  });
  return result.rows;
}

/** Executions that wait behind the limit and have not begun. */
export async function listSkipped(
  client: Queryable,
  limitId: string,
): Promise<(OverflowRow & { concurrencyId: string | null })[]> {
  const result = await client.query<OverflowRow & { concurrencyId: string | null }>({
    name: 'list-skipped',
    text: `SELECT e.id, e.project_id AS "projectId", e.concurrency_id AS "concurrencyId" FROM executions e
           WHERE e.held_by = $1 AND e.status = 'queued' AND e.started_at IS NULL`,
    values: [limitId],
  });
  return result.rows;
}

interface OverflowRow {
  id: string;
  projectId: string;
}
