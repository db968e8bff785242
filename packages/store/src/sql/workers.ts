/** Workers and their leases. All times are the database's, so that no clock of a worker matters. */
import { queuedCauses } from '@navette/contracts';
import type { ClientBase } from 'pg';
import { isReadableSql } from './end-unreadable.ts';

type Queryable = Pick<ClientBase, 'query'>;

export interface WorkerInfo {
  id: string;
  /** What processes of one data folder share. */
  instance: string;
  version: string;
  pid: number;
  host: string;
  /** What it does beside running executions: everything, or nothing. */
  role?: 'all' | 'worker';
  /** Executions at work at once. */
  maxActive?: number;
  /** What it can run: "type@version". */
  nodeTypes?: readonly string[];
  /** The newest form of a definition that it reads. */
  definitionSchema?: number;
}

export async function registerWorker(client: Queryable, worker: WorkerInfo): Promise<void> {
  const { id, instance, version, pid, host } = worker;
  const { definitionSchema = 1, maxActive = 0, nodeTypes = [], role = 'all' } = worker;
  await client.query(
    `WITH made AS (
       INSERT INTO workers (id, instance, version, pid, host, state, role, max_active, node_types, definition_schema)
       VALUES ($1, $2, $3, $4, $5, 'alive', $6, $7, $8, $9) RETURNING id
     )
     INSERT INTO worker_heartbeats (worker_id, at) SELECT id, now() FROM made`,
    [id, instance, version, pid, host, role, maxActive, [...nodeTypes].sort(), definitionSchema],
  );
}

/**
 * One beat of the worker in $1. It changes no row when the worker was declared dead: then it must write nothing more
 * under this id. Sent by the heartbeat thread, which loads nothing but the driver.
 */
export const beatStatement = {
  name: 'beat',
  text: `UPDATE worker_heartbeats h SET at = now() FROM workers w
         WHERE h.worker_id = $1 AND w.id = h.worker_id AND w.state = 'alive'`,
} as const;

/** At start: whoever had this data folder before is gone, since the folder is locked to one process. */
export async function buryInstance(client: Queryable, instance: string): Promise<string[]> {
  return listIds(
    await client.query(
      `UPDATE workers SET state = 'dead', stopped_at = now() WHERE instance = $1 AND state = 'alive' RETURNING id`,
      [instance],
    ),
  );
}

/**
 * Declares workers dead whose last beat is older than the lease. Waits for a batch that such a worker has in flight.
 * A database that has just started knows nothing of its workers: it gives them one lease to beat. `ownId` is of whoever
 * asks: it is alive, whatever its heart does.
 */
export async function buryExpired(client: Queryable, leaseMs: number, ownId?: string): Promise<string[]> {
  return listIds(
    await client.query(
      `UPDATE workers w SET state = 'dead', stopped_at = now() FROM worker_heartbeats h
       WHERE w.state = 'alive' AND h.worker_id = w.id AND h.at < now() - make_interval(secs => $1::float8 / 1000)
         AND pg_postmaster_start_time() < now() - make_interval(secs => $1::float8 / 1000)
         AND w.id IS DISTINCT FROM $2
       RETURNING w.id`,
      [leaseMs, ownId ?? null],
    ),
  );
}

export async function buryWorker(client: Queryable, workerId: string): Promise<void> {
  await client.query(
    `UPDATE workers SET state = 'dead', stopped_at = now() WHERE id = $1 AND state = 'alive'`,
    [workerId],
  );
}

/** Queues what a worker that stops in order could not bring to an end in time: nobody died of it. */
export async function giveBackOwned(client: Queryable, workerId: string): Promise<string[]> {
  return listIds(
    await client.query(
      `UPDATE executions e SET status = 'queued', owner = NULL,
         reason = '${queuedCauses['worker-stopped']}'
       FROM workers w
       WHERE e.status = 'running' AND e.owner = $1 AND w.id = $1 AND w.state = 'dead'
       RETURNING e.id`,
      [workerId],
    ),
  );
}

/** Queues what dead workers had at work, but for what `endUnreadable` ends. Index: executions_running. */
export async function requeueOrphans(client: Queryable): Promise<string[]> {
  return listIds(
    await client.query(
      `UPDATE executions e SET status = 'queued', owner = NULL, recovered_from = e.owner, recoveries = recoveries + 1,
         reason = '${queuedCauses['worker-gone']}'
       FROM workers w
       WHERE e.status = 'running' AND w.id = e.owner AND w.state = 'dead' AND ${isReadableSql}
       RETURNING e.id`,
    ),
  );
}

/** Queues executions that a live worker owns by the store but has no run for (its write failed for good). */
export async function requeueAbandoned(
  client: Queryable,
  workerId: string,
  executionIds: readonly string[],
): Promise<string[]> {
  return listIds(
    await client.query(
      `UPDATE executions SET status = 'queued', owner = NULL, recovered_from = owner, recoveries = recoveries + 1,
         reason = '${queuedCauses.journal}'
       WHERE status = 'running' AND owner = $1 AND id = ANY ($2::uuid[])
       RETURNING id`,
      [workerId, [...executionIds]],
    ),
  );
}

export interface OwnedExecution {
  id: string;
  cancel_requested: boolean;
  /** Something that it waits for has happened. */
  wake_requested: boolean;
}

export async function listOwned(client: Queryable, workerId: string): Promise<OwnedExecution[]> {
  const result = await client.query<OwnedExecution>({
    name: 'list-owned',
    text: `SELECT id, cancel_requested_at IS NOT NULL AS cancel_requested, wake_requested
           FROM executions WHERE status = 'running' AND owner = $1`,
    values: [workerId],
  });
  return result.rows;
}

function listIds(result: { rows: unknown[] }): string[] {
  return (result.rows as { id: string }[]).map((row) => row.id);
}
