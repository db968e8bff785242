/**
 * The order in which queued executions get places, as common table expressions that claims and the filling of other
 * queues share. Gives `candidate (id, project_id, weight, line)`; the lowest line is first.
 *
 * Between projects: first those that hold less than their share of the places, by weight (so that a project with long
 * executions cannot keep them all); then the one that was served least (FairTurns). Within a project: priority, then age.
 * What waits behind a limit is not in it.
 *
 * Cost: one index probe per project that has something ready, then `depth` index entries of each of the `depth` projects
 * that are first in line: for n places the others cannot come into it. How many that are is part of the statement, since
 * the planner takes a parameter for a tenth of the table and sorts it. The places at work are counted only when several
 * projects wait. Measured: see docs/adr/0012-limits-and-fairness.md.
 * Indexes: executions_queued, executions_running. Parameters: see below, each as "$n".
 */
export interface FairOrderParameters {
  /** int: how many are wanted. */
  limit: string;
  /** Of a prepared statement: see `depthFor`. */
  depth: number;
  /** uuid[] and float8[]: what each project was served. */
  projectIds: string;
  served: string;
  /** float8: what everybody else was served at least. */
  floor: string;
  /** uuid[]: versions whose executions are left to others. */
  exceptVersions?: string;
  /** int, uuid[] and int[]: what a project may come to hold, null without a bound, and what some hold of it already. */
  bound?: { most: string; projectIds: string; held: string };
  /** uuid[] and bigint[]: executions to leave out, as long as they have that fence; their projects hold the places. */
  excluded?: { ids: string; fences: string };
}

/**
 * That a row named by its id can be claimed, in a form that fits no partial index: after a burst, before the next ANALYZE,
 * the planner believes that hardly anything is queued and would read the whole queue to find one row.
 */
export const isReady = (row: string) => `CASE WHEN ${row}.held_by IS NULL THEN ${row}.status END = 'queued'`;

/** The depths that statements are prepared for. */
export const fairDepths = [16, 64, 256, 2_048] as const;

/** Twice what is wanted, so that claims at the same time find others when their first choice is taken. */
export function depthFor(limit: number): (typeof fairDepths)[number] {
  return fairDepths.find((depth) => depth >= 2 * limit) ?? fairDepths.at(-1)!;
}

export function fairOrder(parameters: FairOrderParameters): string {
  const { limit, depth, projectIds, served, floor, exceptVersions, bound, excluded } = parameters;
  const given = excluded
    ? `UNION ALL
    SELECT e.project_id FROM unnest(${excluded.ids}::uuid[], ${excluded.fences}::bigint[]) AS x(id, fence)
    JOIN executions e ON e.id = x.id AND e.fence = x.fence AND e.status = 'queued'`
    : '';
  const left = excluded
    ? `AND NOT EXISTS (
        SELECT FROM unnest(${excluded.ids}::uuid[], ${excluded.fences}::bigint[]) AS x(id, fence)
        WHERE x.id = e.id AND x.fence = e.fence)`
    : '';
  const versions = exceptVersions ? `AND e.version_id <> ALL (${exceptVersions}::uuid[])` : '';
  const holders = bound
    ? `LEFT JOIN unnest(${bound.projectIds}::uuid[], ${bound.held}::int[]) AS h(project_id, places)
    ON h.project_id = s.project_id`
    : '';
  const within = bound
    ? `WHERE ${bound.most}::int IS NULL OR q.place <= ${bound.most}::int - coalesce(h.places, 0)`
    : '';
  const ready = `e.status = 'queued' AND e.held_by IS NULL ${versions} ${left}`;
  return `
waiting_project AS (
  (
    SELECT e.project_id FROM executions e WHERE ${ready}
    ORDER BY e.held_by, e.project_id LIMIT 1
  )
  UNION ALL
  SELECT (
    SELECT e.project_id FROM executions e WHERE ${ready} AND e.project_id > w.project_id
    ORDER BY e.held_by, e.project_id LIMIT 1
  ) FROM waiting_project w WHERE w.project_id IS NOT NULL
), busy AS (
  SELECT project_id, count(*) AS places FROM (
    SELECT project_id FROM executions WHERE status = 'running'
    ${given}
  ) at_work
  -- The last row of the recursion is null.
  WHERE (SELECT count(*) FROM waiting_project) > 2
  GROUP BY project_id
), share AS (
  SELECT w.project_id, v.weight, greatest(t.served, ${floor}::float8) AS served, coalesce(b.places, 0) AS places,
    ceil((${limit} + (SELECT coalesce(sum(places), 0) FROM busy)) * v.weight / sum(v.weight) OVER ()) AS entitled
  FROM waiting_project w
  LEFT JOIN projects p ON p.id = w.project_id
  CROSS JOIN LATERAL (SELECT coalesce(p.queue_weight, 1)::float8 AS weight) v
  LEFT JOIN unnest(${projectIds}::uuid[], ${served}::float8[]) AS t(project_id, served) ON t.project_id = w.project_id
  LEFT JOIN busy b ON b.project_id = w.project_id
  WHERE w.project_id IS NOT NULL
), first AS (
  SELECT * FROM share
  ORDER BY places + 1 > entitled, served, served + 1 / weight, project_id
  LIMIT ${depth}
), candidate AS MATERIALIZED (
  SELECT q.id, s.project_id, s.weight, row_number() OVER (ORDER BY
    s.places + q.place > s.entitled,
    s.served + (q.place - 1) / s.weight, s.served + q.place / s.weight, s.project_id, q.place) AS line
  FROM first s
  ${holders}
  CROSS JOIN LATERAL (
    SELECT r.id, row_number() OVER (ORDER BY r.priority, r.created_at, r.id) AS place
    FROM (
      SELECT e.id, e.priority, e.created_at FROM executions e
      WHERE ${ready} AND e.project_id = s.project_id
      ORDER BY e.held_by, e.project_id, e.priority, e.created_at, e.id
      LIMIT ${depth}
    ) r
  ) q
  ${within}
)`;
}
