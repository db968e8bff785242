/**
 * How many executions are open, by status, and how late the waits are. For monitoring: callers keep the answer for a
 * while, since counting a million parked waits takes tens of milliseconds.
 * Locks: none. Indexes, one per count: executions_queued, executions_running, executions_waiting, workers_alive.
 */
import type { ClientBase } from 'pg';

export interface QueueDepth {
  queued: number;
  running: number;
  waiting: number;
  /** Since the earliest wait that is due and has not been queued; 0 when none is. */
  overdueMs: number;
  aliveWorkers: number;
}

export async function readQueueDepth(client: Pick<ClientBase, 'query'>): Promise<QueueDepth> {
  const result = await client.query<QueueDepth>({
    name: 'read-queue-depth',
    text: `
      SELECT
        (SELECT count(*) FROM executions WHERE status = 'queued')::float8 AS queued,
        (SELECT count(*) FROM executions WHERE status = 'running')::float8 AS running,
        (SELECT count(*) FROM executions WHERE status = 'waiting')::float8 AS waiting,
        (SELECT coalesce(extract(epoch FROM now() - min(wake_at)) * 1000, 0) FROM executions
          WHERE status = 'waiting' AND wake_at <= now())::float8 AS "overdueMs",
        (SELECT count(*) FROM workers WHERE state = 'alive')::float8 AS "aliveWorkers"`,
  });
  return result.rows[0]!;
}
