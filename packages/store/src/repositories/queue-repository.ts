import { sql } from 'kysely';
import type { QueryBuilder } from './query-builder.ts';

/** Executions of a project by where they are. */
export interface QueueCountsRow {
  ready: number;
  held: number;
  active: number;
  waiting: number;
  completed: number;
  failed: number;
}

export interface WorkerRow {
  id: string;
  host: string;
  pid: number;
  version: string;
  role: string;
  state: 'alive' | 'dead';
  active: number;
  maxActive: number;
  startedAt: Date;
  stoppedAt: Date | null;
  silenceMs: number;
}

/** What the queue page shows. Workers belong to the server, not to a project. */
export class QueueRepository {
  readonly #db: QueryBuilder;

  constructor(db: QueryBuilder) {
    this.#db = db;
  }

  /** Indexes: executions_queued, executions_list; the running and waiting ones are few or indexed. */
  async countExecutions(projectId: string): Promise<QueueCountsRow> {
    const result = await sql<QueueCountsRow>`
      SELECT
        (SELECT count(*) FROM executions
          WHERE project_id = ${projectId} AND status = 'queued' AND held_by IS NULL)::float8 AS ready,
        (SELECT count(*) FROM executions
          WHERE project_id = ${projectId} AND status = 'queued' AND held_by IS NOT NULL)::float8 AS held,
        (SELECT count(*) FROM executions WHERE project_id = ${projectId} AND status = 'running')::float8 AS active,
        (SELECT count(*) FROM executions WHERE project_id = ${projectId} AND status = 'waiting')::float8 AS waiting,
        ended.completed, ended.failed
      FROM (
        SELECT count(*) FILTER (WHERE status = 'succeeded')::float8 AS completed,
          count(*) FILTER (WHERE status IN ('failed', 'cancelled'))::float8 AS failed
        FROM executions
        WHERE project_id = ${projectId} AND created_at > now() - interval '24 hours'
      ) ended`.execute(this.#db);
    return result.rows[0]!;
  }

  /** Whether queued executions are held back, in all processes. */
  async isPaused(): Promise<boolean> {
    const result = await sql<{ paused: boolean }>`
      SELECT paused_at IS NOT NULL AS paused FROM queue_state`.execute(this.#db);
    return result.rows[0]?.paused ?? false;
  }

  async countAliveWorkers(): Promise<number> {
    const result = await sql<{ count: number }>`
      SELECT count(*)::float8 AS count FROM workers WHERE state = 'alive'`.execute(this.#db);
    return result.rows[0]?.count ?? 0;
  }

  /** Those alive, and those that stopped in the last hour; the newest first, at most 200. */
  async listWorkers(): Promise<WorkerRow[]> {
    const result = await sql<WorkerRow>`
      SELECT w.id, w.host, w.pid, w.version, w.role, w.state, w.max_active AS "maxActive",
        w.started_at AS "startedAt", w.stopped_at AS "stoppedAt",
        (SELECT count(*) FROM executions e WHERE e.status = 'running' AND e.owner = w.id)::float8 AS active,
        greatest(0, round(extract(epoch FROM now() - coalesce(h.at, w.started_at)) * 1000))::float8 AS "silenceMs"
      FROM workers w LEFT JOIN worker_heartbeats h ON h.worker_id = w.id
      WHERE w.state = 'alive' OR w.stopped_at > now() - interval '1 hour'
      ORDER BY (w.state = 'alive') DESC, w.started_at DESC
      LIMIT 200`.execute(this.#db);
    return result.rows;
  }
}
