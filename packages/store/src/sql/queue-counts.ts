/**
 * How many executions a queue has to do with, by state. A million parked waits take tens of milliseconds to count, and so
 * do a million executions in a day: callers that ask often keep the answer for a while.
 * Locks: none. Indexes: executions_queued, executions_running, executions_waiting, executions_list.
 */
import type { ClientBase } from 'pg';

export interface QueueCounts {
  queued: number;
  running: number;
  /** Waiting for a time to come. */
  delayed: number;
  /** Of those created in the last 24 hours. */
  completed: number;
  failed: number;
}

export async function readQueueCounts(client: Pick<ClientBase, 'query'>): Promise<QueueCounts> {
  const result = await client.query<QueueCounts>({
    name: 'read-queue-counts',
    text: `
      SELECT
        (SELECT count(*) FROM executions WHERE status = 'queued')::float8 AS queued,
        (SELECT count(*) FROM executions WHERE status = 'running')::float8 AS running,
        (SELECT count(*) FROM executions WHERE status = 'waiting' AND wake_at IS NOT NULL)::float8 AS delayed,
        ended.completed, ended.failed
      FROM (
        SELECT count(*) FILTER (WHERE e.status = 'succeeded')::float8 AS completed,
          count(*) FILTER (WHERE e.status IN ('failed', 'cancelled'))::float8 AS failed
        FROM projects p JOIN executions e
          ON e.project_id = p.id AND e.created_at > now() - interval '24 hours'
      ) ended`,
  });
  return result.rows[0]!;
}
