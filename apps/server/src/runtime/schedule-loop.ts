/** Starts what schedules say, by the database clock. Every process may run one: each due row is taken once. */
import type { Clock, Logger } from '@navette/kit';
import { createUuid } from '@navette/kit';
import { type Database, type DueSchedule, type FiredSchedule, fireDueSchedules } from '@navette/store';
import { dueRuns, type ZonedSchedule } from './next-runs.ts';

/** What a due schedule starts. Pure but for the ids. */
export function fireSchedule(schedule: DueSchedule, now: number): FiredSchedule {
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

export async function runScheduleLoop(options: {
  database: Database;
  clock: Clock;
  logger: Logger;
  signal: AbortSignal;
  enqueue: (executionIds: readonly string[]) => void;
}): Promise<void> {
  const { database, clock, logger, signal, enqueue } = options;
  while (!signal.aborted) {
    try {
      const started = await fireDueSchedules(database, 100, fireSchedule);
      if (started.length > 0) enqueue(started);
    } catch (error) {
      if (signal.aborted) return;
      logger.warn({ err: error }, 'Schedules could not be read; trying again');
    }
    await clock.sleep(1_000, signal).catch(() => {});
  }
}
