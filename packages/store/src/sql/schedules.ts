/**
 * Schedules that are due, and their executions in the same transaction: a crash loses none and makes none twice.
 * Locks: the schedules it takes, skipping those that another scheduler holds. Index: schedules_due.
 */
import type { Database } from '../database.ts';
import { type Create, createExecutions } from '../limits/create-executions.ts';
import type { LimitGate } from '../limits/limit-gate.ts';
import type { PassOutcome } from '../limits/pass-outcome.ts';

export interface DueSchedule {
  workflowId: string;
  nodeId: string;
  projectId: string;
  versionId: string;
  spec: unknown;
  nextAt: number;
  workflowName: string;
  /** The settings of the version as they are stored. */
  settings: unknown;
}

export interface FiredSchedule {
  executions: Create[];
  /** Null: no more runs. */
  nextAt: number | null;
}

/**
 * Fires what is due by the database clock. `fire` is pure: it says what a due schedule starts and when it is next. Gives
 * what a worker may take now.
 */
export async function fireDueSchedules(
  { database, limits }: { database: Database; limits: LimitGate },
  limit: number,
  fire: (schedule: DueSchedule, now: number) => FiredSchedule,
): Promise<string[]> {
  const passed: PassOutcome[] = [];
  const started = await database.withTransaction(async (client) => {
    const due = await client.query<{
      workflow_id: string;
      node_id: string;
      project_id: string;
      version_id: string;
      spec: unknown;
      next_at: Date;
      now: Date;
      workflow_name: string;
      settings: unknown;
    }>({
      name: 'due-schedules',
      text: `SELECT s.workflow_id, s.node_id, s.project_id, s.version_id, s.spec, s.next_at, now() AS now,
               w.name AS workflow_name, v.definition -> 'settings' AS settings
             FROM schedules s JOIN workflows w ON w.id = s.workflow_id JOIN workflow_versions v ON v.id = s.version_id
             WHERE s.next_at <= now() ORDER BY s.next_at LIMIT $1 FOR UPDATE OF s SKIP LOCKED`,
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
        workflowName: row.workflow_name,
        settings: row.settings,
      };
      const fired = fire(schedule, row.now.getTime());
      if (fired.executions.length > 0) {
        const { pass, results } = await createExecutions(client, fired.executions);
        passed.push(pass);
        for (const [id, result] of results) {
          if (result.outcome === 'written' && result.state === undefined) started.push(id);
        }
      }
      await client.query(
        `UPDATE schedules SET last_at = next_at, next_at = to_timestamp($3::float8 / 1000)
         WHERE workflow_id = $1 AND node_id = $2`,
        [row.workflow_id, row.node_id, fired.nextAt],
      );
    }
    return started;
  });
  for (const pass of passed) limits.settle(pass);
  return started;
}
