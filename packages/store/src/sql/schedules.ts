/**
 * Schedules that are due, and their executions in the same transaction: a crash loses none and makes none twice.
 * Locks: the schedules it takes, skipping those that another scheduler holds. Index: schedules_due.
 */
import type { NewExecution } from '@navette/engine';
import type { Database } from '../database.ts';
import { createQueued } from './create-queued.ts';

export interface DueSchedule {
  workflowId: string;
  nodeId: string;
  projectId: string;
  versionId: string;
  spec: unknown;
  nextAt: number;
}

export interface FiredSchedule {
  executions: { execution: NewExecution; records: readonly unknown[] }[];
  /** Null: no more runs. */
  nextAt: number | null;
}

/** Fires what is due by the database clock. `fire` is pure: it says what a due schedule starts and when it is next. */
export async function fireDueSchedules(
  database: Database,
  limit: number,
  fire: (schedule: DueSchedule, now: number) => FiredSchedule,
): Promise<string[]> {
  return database.withTransaction(async (client) => {
    const due = await client.query<{
      workflow_id: string;
      node_id: string;
      project_id: string;
      version_id: string;
      spec: unknown;
      next_at: Date;
      now: Date;
    }>({
      name: 'due-schedules',
      text: `SELECT workflow_id, node_id, project_id, version_id, spec, next_at, now() AS now FROM schedules
             WHERE next_at <= now() ORDER BY next_at LIMIT $1 FOR UPDATE SKIP LOCKED`,
      values: [limit],
    });
    const started: string[] = [];
    for (const row of due.rows) {
      const schedule: DueSchedule = {
        workflowId: row.workflow_id,
        nodeId: row.node_id,
        projectId: row.project_id,
        versionId: row.version_id,
        spec: row.spec,
        nextAt: row.next_at.getTime(),
      };
      const fired = fire(schedule, row.now.getTime());
      if (fired.executions.length > 0) started.push(...(await createQueued(client, fired.executions)));
      await client.query(
        `UPDATE schedules SET last_at = next_at, next_at = to_timestamp($3::float8 / 1000)
         WHERE workflow_id = $1 AND node_id = $2`,
        [row.workflow_id, row.node_id, fired.nextAt],
      );
    }
    return started;
  });
}
