/**
 * Which limits may let something pass, whoever forgot to ask: the net below every path that gives places back.
 * Locks: none. Indexes: executions_queued (one probe per limit that holds something), executions_places, limit_keys_due.
 */
import type { ClientBase } from 'pg';

type Queryable = Pick<ClientBase, 'query'>;

export interface DueLimits {
  ids: string[];
  /** Where to go on; undefined when all were looked at. */
  after: string | undefined;
}

/** Looks at `limit` limits that hold something, in the order of their ids. */
export async function listDueLimits(
  client: Queryable,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<DueLimits> {
  const result = await client.query<{ id: string; due: boolean }>({
    name: 'list-due-limits',
    text: `
      WITH RECURSIVE holding AS (
        (SELECT held_by AS id FROM executions WHERE status = 'queued' AND held_by IS NOT NULL AND held_by > $1::uuid
         ORDER BY held_by LIMIT 1)
        UNION ALL
        SELECT (SELECT e.held_by FROM executions e
          WHERE e.status = 'queued' AND e.held_by IS NOT NULL AND e.held_by > h.id ORDER BY e.held_by LIMIT 1)
        FROM holding h WHERE h.id IS NOT NULL
      )
      SELECT h.id, CASE k.kind
        WHEN 'rate' THEN k.overflow <> 'queue' OR k.next_at IS NULL OR k.next_at <= clock_timestamp()
        ELSE k.overflow <> 'queue' OR k.capacity > (
          SELECT count(*) FROM executions e
          WHERE e.concurrency_id = k.id AND NOT (e.held_by IS NOT DISTINCT FROM e.concurrency_id)
            AND e.status IN ('queued', 'running', 'waiting'))
        END AS due
      FROM (SELECT id FROM holding WHERE id IS NOT NULL LIMIT $2) h JOIN limit_keys k ON k.id = h.id`,
    values: [after ?? '00000000-0000-0000-0000-000000000000', limit],
  });
  const { rows } = result;
  return {
    ids: rows.filter((row) => row.due).map((row) => row.id),
    after: rows.length === limit ? rows.at(-1)!.id : undefined,
  };
}

/** Milliseconds until a rate limit may let something pass, by the database clock; undefined when none holds anything. */
export async function readNextRate(client: Queryable): Promise<number | undefined> {
  const result = await client.query<{ ms: number | null }>({
    name: 'read-next-rate',
    text: `SELECT (extract(epoch FROM min(next_at) - clock_timestamp()) * 1000)::float8 AS ms
           FROM limit_keys WHERE kind = 'rate' AND next_at > clock_timestamp()`,
  });
  return result.rows[0]?.ms ?? undefined;
}

/** The limits that hold some of the executions. Index: executions_pkey. */
export async function listHolding(client: Queryable, executionIds: readonly string[]): Promise<string[]> {
  const result = await client.query<{ id: string }>({
    name: 'list-holding',
    // Not in the form of executions_queued, which the planner may take for short and read as a whole.
    text: `SELECT DISTINCT held_by AS id FROM executions
           WHERE id = ANY ($1::uuid[]) AND CASE WHEN status = 'queued' THEN held_by END IS NOT NULL`,
    values: [[...executionIds]],
  });
  return result.rows.map((row) => row.id);
}
