/**
 * Why queued executions wait, worked out when somebody looks: behind which limit or for a worker, and at which place. The
 * places are counted up to a bound, in the order in which they will pass. Index: executions_queued.
 */
import { findQueuedCause, queuedCauses, type Why } from '@navette/contracts';
import { sql } from 'kysely';
import type { QueryBuilder } from './query-builder.ts';

interface PlaceRow {
  id: string;
  ahead: number;
  kind: 'concurrency' | 'rate' | null;
  label: string | null;
  capacity: number | null;
  intervalMs: number | null;
  nextAt: Date | null;
}

export interface Explanation {
  reason: string;
  why: Why;
}

/** What is further back than this is "later". */
const farthest = 1_000;

/** By id; those that are not queued any more are missing. `stored`: the reasons that were written with them. */
export async function explainQueued(
  db: QueryBuilder,
  projectId: string,
  stored: ReadonlyMap<string, string | null>,
): Promise<Map<string, Explanation>> {
  if (stored.size === 0) return new Map();
  const result = await sql<PlaceRow>`
    SELECT e.id, k.kind, k.label, k.capacity, k.interval_ms, k.next_at, CASE WHEN e.held_by IS NULL
      THEN (SELECT count(*)::int FROM (
        SELECT FROM executions o WHERE o.status = 'queued' AND o.held_by IS NULL AND o.project_id = e.project_id
          AND (o.priority, o.created_at, o.id) < (e.priority, e.created_at, e.id) LIMIT ${farthest}) ready)
      ELSE (SELECT count(*)::int FROM (
        SELECT FROM executions o WHERE o.status = 'queued' AND o.held_by = e.held_by AND o.project_id = e.project_id
          AND (o.priority, o.created_at, o.id) < (e.priority, e.created_at, e.id) LIMIT ${farthest}) held)
      END AS ahead
    FROM executions e LEFT JOIN limit_keys k ON k.id = e.held_by
    WHERE e.project_id = ${projectId} AND e.id = ANY (${[...stored.keys()]}::uuid[]) AND e.status = 'queued'`.execute(
    db,
  );
  return new Map(result.rows.map((row) => [row.id, describe(row, stored.get(row.id) ?? null)]));
}

function describe(row: PlaceRow, stored: string | null): Explanation {
  const { ahead, capacity, intervalMs, kind, label, nextAt } = row;
  const isFar = ahead >= farthest;
  const place = ahead + 1;
  const at = isFar ? `place ${place} or later` : `place ${place}`;
  const line = { place, ahead, ...(isFar ? { orLater: 1 } : {}), ...(label === null ? {} : { key: label }) };
  const of = label === null ? '' : ` for ${label}`;
  if (kind === 'concurrency') {
    const others = ahead === 1 ? '1 other' : `${ahead} others`;
    const waits = ahead === 0 ? 'Waits for a place' : `Waits behind ${others}`;
    return {
      reason: `${waits}: limit ${capacity}${of}, ${at}`,
      why: { code: 'queued-concurrency', params: { ...line, limit: capacity! } },
    };
  }
  if (kind === 'rate') {
    const next = nextAt?.toISOString();
    const from = next === undefined ? '' : `, the next one from ${next}`;
    return {
      reason: `Waits for its turn: at most ${capacity} in ${formatDuration(intervalMs!)}${of}, ${at}${from}`,
      why: {
        code: 'queued-rate',
        params: {
          ...line,
          ...{ limit: capacity!, intervalMs: intervalMs! },
          ...(next === undefined ? {} : { nextAt: next }),
        },
      },
    };
  }
  const sentence = stored ?? queuedCauses.worker;
  return {
    reason: `${sentence}, ${at}`,
    why: { code: 'queued-worker', params: { ...line, stored: stored ?? '', ...findQueuedCause(sentence) } },
  };
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** In the largest unit that is exact: "90 s", "2 h". */
function formatDuration(ms: number): string {
  const [name, size] = units.find(([, unitMs]) => ms % unitMs === 0) ?? (['ms', 1] as const);
  return `${ms / size} ${name}`;
}
