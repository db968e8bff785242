/**
 * Where there is something to do. Most looks find nothing, so one statement answers all that a process asks at a moment, and
 * only who has something to do asks for it. $1: the worker of the process. $2: the lease of workers in milliseconds.
 * Locks: none. Each probe reads one row, or the first entry of an index: executions_queued, executions_waiting,
 * executions_running, executions_cancel_requested, schedules_due, workers_alive.
 */
import type { ClientBase } from 'pg';

export interface Sight {
  /** Queued executions are held back, in all processes. */
  paused: boolean;
  /** Executions are queued, those behind limits included. */
  queued: boolean;
  /** Queued executions wait behind a limit. */
  held: boolean;
  /** Milliseconds until the earliest wait is due; 0 or less when it is, null when there is none. */
  nextWaitMs: number | null;
  /** Executions belong to the worker of this process. */
  owned: boolean;
  /** Another worker has been silent for longer than the lease, or a dead one has executions. */
  orphaned: boolean;
  /** `listStuckCancels` would find something. */
  stuckCancels: boolean;
  schedulesDue: boolean;
}

/**
 * The order makes sure of the index: by EXISTS, which drops an order, the planner reads the table until it finds a row where
 * it believes that there are many.
 */
const hasFirst = (rows: string) => `coalesce((SELECT true ${rows} LIMIT 1), false)`;

const probes: Readonly<Record<keyof Sight, string>> = {
  paused: `coalesce((SELECT paused_at IS NOT NULL FROM queue_state), false)`,
  queued: hasFirst(`FROM executions WHERE status = 'queued' ORDER BY held_by`),
  held: hasFirst(`FROM executions WHERE status = 'queued' AND held_by IS NOT NULL ORDER BY held_by`),
  nextWaitMs: `(SELECT (extract(epoch FROM min(wake_at) - now()) * 1000)::float8 FROM executions WHERE status = 'waiting')`,
  owned: `EXISTS (SELECT FROM executions WHERE status = 'running' AND owner = $1::uuid)`,
  orphaned: `(EXISTS (
      SELECT FROM workers w JOIN worker_heartbeats h ON h.worker_id = w.id
      WHERE w.state = 'alive' AND h.at < now() - make_interval(secs => $2::float8 / 1000) AND w.id <> $1::uuid
    ) OR EXISTS (
      SELECT FROM executions e JOIN workers w ON w.id = e.owner WHERE e.status = 'running' AND w.state = 'dead'
    ))`,
  stuckCancels: hasFirst(`FROM executions
      WHERE cancel_requested_at IS NOT NULL AND status IN ('queued', 'running', 'waiting')
        AND status <> 'running' AND cancel_requested_at < now() - interval '1 second'
      ORDER BY cancel_requested_at`),
  schedulesDue: hasFirst('FROM schedules WHERE next_at <= now() ORDER BY next_at'),
};

const order = Object.keys(probes) as (keyof Sight)[];

export interface Onlooker {
  workerId: string | null;
  leaseMs: number | null;
}

/** Owns nothing and takes nothing over. */
export const nobody: Onlooker = { workerId: null, leaseMs: null };

export async function lookAround<Name extends keyof Sight>(
  client: Pick<ClientBase, 'query'>,
  names: Iterable<Name>,
  { workerId, leaseMs }: Onlooker,
): Promise<Pick<Sight, Name>> {
  const asked = [...new Set(names)].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const result = await client.query<Pick<Sight, Name>>({
    name: `look-around-${asked.map((name) => order.indexOf(name)).join('')}`,
    // Not every probe uses both parameters, and Postgres wants to know their types.
    text: `WITH given AS (SELECT $1::uuid, $2::float8)
      SELECT ${asked.map((name) => `${probes[name]} AS "${name}"`).join(',\n')}`,
    values: [workerId, leaseMs],
  });
  return result.rows[0]!;
}
