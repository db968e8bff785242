/**
 * Gives executions to a live worker: each to one only, those named, or the first in the fair order. Places that the queue
 * has nothing for go to waits that are due (ADR 0018), by the time at which they ended: they need not be queued first.
 * Locks: the worker's row FOR SHARE; the rows it takes, skipping those that another claim holds.
 * The fence rises, so that nothing an earlier owner still sends can be written. What waits behind a limit is not taken, nor
 * what would give a project more places than it may have (ADR 0030).
 * Indexes: executions_pkey, or those of fair-order.ts and executions_waiting.
 */
import type { ProjectBound } from '@navette/engine';
import type { ClientBase } from 'pg';
import type { FairTurns } from '../fairness/fair-turns.ts';
import { isDue } from './due-waits.ts';
import { type ExecutionRow, executionColumns } from './execution-row.ts';
import { depthFor, fairDepths, fairOrder, isReady } from './fair-order.ts';

const alive = `alive AS MATERIALIZED (
  SELECT 1 AS one FROM workers WHERE id = $1 AND state = 'alive' FOR SHARE
)`;
const take = (columns: string) => `
UPDATE executions e SET
  status = 'running', owner = $1, fence = e.fence + 1,
  -- Not now(), which may lie before the moment at which a rate limit let it pass.
  started_at = coalesce(e.started_at, clock_timestamp()),
  wake_at = NULL, wake_requested = false, reason = NULL, recovered_from = NULL
FROM next
WHERE e.id = next.id
RETURNING ${executionColumns('e')}, e.fence, e.cancel_requested_at IS NOT NULL AS cancel_requested,
  next.recovered_from AS taken_from${columns}`;

const named = `
WITH ${alive}, next AS (
  SELECT e.id, e.recovered_from FROM executions e, alive
  WHERE e.id = ANY ($3::uuid[]) AND (${isReady('e')} OR ${isDue('e')}) AND e.version_id <> ALL ($4::uuid[])
  ORDER BY e.priority, e.created_at, e.id
  LIMIT $2
  FOR UPDATE OF e SKIP LOCKED
)
${take('')}`;

/** $5: what a project may hold; $6 and $7: what some hold already. Apart, since most claims by name have no bound. */
const namedWithin = `
WITH ${alive}, named AS (
  SELECT e.id, e.project_id, row_number() OVER (
    PARTITION BY e.project_id ORDER BY e.priority, e.created_at, e.id) AS place
  FROM executions e
  WHERE e.id = ANY ($3::uuid[]) AND (${isReady('e')} OR ${isDue('e')}) AND e.version_id <> ALL ($4::uuid[])
), next AS (
  SELECT e.id, e.recovered_from
  FROM named n JOIN executions e ON e.id = n.id
  LEFT JOIN unnest($6::uuid[], $7::int[]) AS h(project_id, places) ON h.project_id = n.project_id, alive
  WHERE (${isReady('e')} OR ${isDue('e')}) AND n.place <= $5::int - coalesce(h.places, 0)
  ORDER BY e.priority, e.created_at, e.id
  LIMIT $2
  FOR UPDATE OF e SKIP LOCKED
)
${take('')}`;

const firstFor = (depth: number) => `
WITH RECURSIVE ${alive}, ${fairOrder({
  limit: '$2::int',
  depth,
  projectIds: '$3',
  served: '$4',
  floor: '$5',
  exceptVersions: '$6',
  bound: { most: '$7', projectIds: '$8', held: '$9' },
})}, next AS (
  SELECT e.id, e.recovered_from, c.weight
  FROM candidate c JOIN executions e ON e.id = c.id, alive
  WHERE ${isReady('e')}
  ORDER BY c.line
  LIMIT $2::int
  FOR UPDATE OF e SKIP LOCKED
), taken AS (${take(', next.weight')})
SELECT taken.*, (SELECT count(*)::int FROM candidate, alive) AS candidates
FROM (SELECT 1) AS always LEFT JOIN taken ON true`;

/** A literal depth, as in fair-order.ts: planned for any limit, the statement would read and sort all that are due. */
const dueFor = (depth: number) => `
WITH ${alive}, first AS MATERIALIZED (
  SELECT e.id, e.wake_at, e.project_id FROM executions e
  -- What waits behind a limit goes through the queue.
  WHERE e.status = 'waiting' AND e.wake_at <= now() AND e.held_by IS NULL AND e.version_id <> ALL ($3::uuid[])
  ORDER BY e.wake_at
  LIMIT ${depth}
), ranked AS (
  SELECT f.*, row_number() OVER (PARTITION BY f.project_id ORDER BY f.wake_at) AS place FROM first f
), next AS (
  SELECT e.id, e.recovered_from, coalesce(p.queue_weight, 1)::float8 AS weight
  FROM ranked f JOIN executions e ON e.id = f.id LEFT JOIN projects p ON p.id = f.project_id
  LEFT JOIN unnest($5::uuid[], $6::int[]) AS h(project_id, places) ON h.project_id = f.project_id, alive
  WHERE ${isDue('e')} AND ($4::int IS NULL OR f.place <= $4::int - coalesce(h.places, 0))
  ORDER BY f.wake_at
  LIMIT $2
  FOR UPDATE OF e SKIP LOCKED
)
${take(', next.weight')}`;

const statements = new Map(
  fairDepths.map((depth) => [depth, { name: `claim-first-${depth}`, text: firstFor(depth) }]),
);

const dueStatements = new Map(
  fairDepths.map((depth) => [depth, { name: `claim-due-${depth}`, text: dueFor(depth) }]),
);

export type ClaimedRow = ExecutionRow & {
  fence: number;
  cancel_requested: boolean;
  taken_from: string | null;
};

type FairRow = ClaimedRow & { weight: number; candidates: number };

export interface ClaimRequest {
  workerId: string;
  limit: number;
  /** Those; otherwise the first in the fair order. */
  ids?: readonly string[] | undefined;
  /** Left to others. */
  exceptVersionIds?: readonly string[] | undefined;
  /** What is above it is left where it is. */
  perProject?: ProjectBound | undefined;
  turns: FairTurns;
}

export async function claimQueued(
  client: Pick<ClientBase, 'query'>,
  request: ClaimRequest,
): Promise<ClaimedRow[]> {
  const { ids, limit, perProject, workerId, exceptVersionIds = [] } = request;
  if (!ids) return claimFirst(client, request);
  const values = [workerId, limit, [...ids], [...exceptVersionIds]];
  const query = perProject
    ? { name: 'claim-named-within', text: namedWithin, values: [...values, ...encodeBound(perProject, [])] }
    : { name: 'claim-named', text: named, values };
  return (await client.query<ClaimedRow>(query)).rows;
}

/** The bound, and what projects hold with what this claim took so far. */
function encodeBound(
  bound: ProjectBound | undefined,
  claimed: readonly ClaimedRow[],
): [most: number | null, projectIds: string[], held: number[]] {
  if (!bound) return [null, [], []];
  const held = new Map(bound.held);
  for (const row of claimed) held.set(row.project_id, (held.get(row.project_id) ?? 0) + 1);
  return [bound.most, [...held.keys()], [...held.values()]];
}

/** Another claim was faster this often in a row: the next poll goes on. */
const maxTries = 5;

async function claimFirst(client: Pick<ClientBase, 'query'>, request: ClaimRequest): Promise<ClaimedRow[]> {
  const { workerId, limit, exceptVersionIds = [], perProject, turns } = request;
  const claimed: ClaimedRow[] = [];
  for (let tries = 0; tries < maxTries; tries++) {
    const wanted = limit - claimed.length;
    const { projectIds, served } = turns.encode();
    const { rows } = await client.query<FairRow>({
      ...statements.get(depthFor(wanted))!,
      values: [
        ...[workerId, wanted, projectIds, served, turns.floor, [...exceptVersionIds]],
        ...encodeBound(perProject, claimed),
      ],
    });
    const taken = rows.filter((row) => row.id !== null);
    turns.record(taken.map((row) => ({ projectId: row.project_id, weight: row.weight })));
    claimed.push(...taken);
    // Fewer than there were: others took them meanwhile, and more may be behind.
    if (taken.length === wanted || rows[0]!.candidates <= taken.length) break;
  }
  if (claimed.length < limit) claimed.push(...(await claimDue(client, request, claimed)));
  return claimed;
}

async function claimDue(
  client: Pick<ClientBase, 'query'>,
  { workerId, limit, exceptVersionIds = [], perProject, turns }: ClaimRequest,
  claimed: readonly ClaimedRow[],
): Promise<ClaimedRow[]> {
  const wanted = limit - claimed.length;
  const values = [workerId, wanted, [...exceptVersionIds], ...encodeBound(perProject, claimed)];
  const { rows } = await client.query<ClaimedRow & { weight: number }>({
    ...dueStatements.get(depthFor(wanted))!,
    values,
  });
  turns.record(rows.map((row) => ({ projectId: row.project_id, weight: row.weight })));
  return rows;
}
