/** Starts what schedules say, by the database clock. Two processes may do so at once: each due row is taken once. */
import { createUuid } from '@navette/kit';
import { type Database, type DueSchedule, type FiredSchedule, fireDueSchedules } from '@navette/store';
import { dueRuns, type ZonedSchedule } from './next-runs.ts';
import type { LoopTask } from './run-loop.ts';

/** What a due schedule starts. Pure but for the ids. */
function fireSchedule(schedule: DueSchedule, now: number): FiredSchedule {
  const spec = schedule.spec as ZonedSchedule;
  const { runs, nextAt } = dueRuns(spec, schedule.nextAt, now);
  return { executions: runs.map((run) => createScheduled(schedule, spec, run, now)), nextAt };
}

function createScheduled(schedule: DueSchedule, spec: ZonedSchedule, run: number, now: number) {
  const id = createUuid();
  const scheduledFor = new Date(run).toISOString();
  return {
    execution: {
      id,
      projectId: schedule.projectId,
      workflowId: schedule.workflowId,
      versionId: schedule.versionId,
      mode: 'schedule' as const,
      triggerNodeId: schedule.nodeId,
      createdAt: now,
      deadlineAt: null,
      idempotencyKey: `schedule:${schedule.nodeId}:${scheduledFor}`,
      retryOf: null,
      rootId: id,
      parentId: null,
      parentPath: null,
      depth: 0,
    },
    records: [
      {
        type: 'step-completed',
        at: now,
        path: schedule.nodeId,
        startedAt: now,
        attempts: 1,
        outputs: { main: [{ json: { scheduledFor, timeZone: spec.timeZone } }] },
      },
    ],
  };
}

export function createScheduleTask(options: {
  database: Database;
  enqueue: (executionIds: readonly string[]) => void;
}): LoopTask {
  return {
    name: 'Firing schedules',
    async turn() {
      const started = await fireDueSchedules(options.database, 100, fireSchedule);
      if (started.length > 0) options.enqueue(started);
      return 1_000;
    },
  };
}
