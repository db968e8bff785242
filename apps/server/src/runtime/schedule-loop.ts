/** Starts what schedules say, by the database clock. Two processes may do so at once: each due row is taken once. */
import { type WorkflowSettings, workflowSettingsSchema } from '@navette/contracts';
import { applyLimits, type NewExecution, type QueueBounds } from '@navette/engine';
import { createUuid, NavetteError } from '@navette/kit';
import {
  type Database,
  type DueSchedule,
  type FiredSchedule,
  fireDueSchedules,
  type LimitGate,
  type SharedLook,
} from '@navette/store';
import { beatMs } from './beat.ts';
import { dueRuns, type ZonedSchedule } from './next-runs.ts';
import type { LoopTask } from './run-loop.ts';

interface ScheduleTaskOptions {
  database: Database;
  limits: LimitGate;
  look: SharedLook;
  bounds: Pick<QueueBounds, 'assertRoom' | 'noteQueued'> | undefined;
  enqueue: (executionIds: readonly string[]) => void;
}

type ScheduledRun = FiredSchedule['executions'][number];

/** What a due schedule starts. Pure but for the ids. */
function fireSchedule(
  schedule: DueSchedule,
  now: number,
  bounds: ScheduleTaskOptions['bounds'],
): FiredSchedule {
  const spec = schedule.spec as ZonedSchedule;
  const { runs, nextAt } = dueRuns(spec, schedule.nextAt, now);
  return { executions: runs.map((run) => createScheduled(schedule, spec, { run, now, bounds })), nextAt };
}

function createScheduled(
  schedule: DueSchedule,
  spec: ZonedSchedule,
  { run, now, bounds }: { run: number; now: number; bounds: ScheduleTaskOptions['bounds'] },
): ScheduledRun {
  const id = createUuid();
  const scheduledFor = new Date(run).toISOString();
  const execution: NewExecution = {
    id,
    projectId: schedule.projectId,
    workflowId: schedule.workflowId,
    versionId: schedule.versionId,
    mode: 'schedule',
    triggerNodeId: schedule.nodeId,
    createdAt: now,
    deadlineAt: null,
    idempotencyKey: `schedule:${schedule.nodeId}:${scheduledFor}`,
    retryOf: null,
    rootId: id,
    parentId: null,
    parentPath: null,
    depth: 0,
  };
  const records = [
    {
      type: 'step-completed' as const,
      at: now,
      path: schedule.nodeId,
      startedAt: now,
      attempts: 1,
      outputs: { main: [{ json: { scheduledFor, timeZone: spec.timeZone } }] },
    },
  ];
  try {
    bounds?.assertRoom(schedule.projectId);
    const settings: WorkflowSettings = workflowSettingsSchema.parse(schedule.settings ?? {});
    const version = { workflowName: schedule.workflowName, definition: { settings } };
    const limited = applyLimits(execution, version, records);
    bounds?.noteQueued(schedule.projectId);
    return { execution: limited, records };
  } catch (error) {
    // The run is recorded as missed, with the reason.
    if (!NavetteError.is(error)) throw error;
    return { execution, records, refused: error.toRecord() };
  }
}

export function createScheduleTask(options: ScheduleTaskOptions): LoopTask {
  const { bounds, database, enqueue, limits, look } = options;
  return {
    name: 'Firing schedules',
    async turn() {
      if (!(await look.at('schedulesDue')).schedulesDue) return beatMs;
      const fire = (schedule: DueSchedule, now: number) => fireSchedule(schedule, now, bounds);
      const started = await fireDueSchedules({ database, limits }, 100, fire);
      if (started.length > 0) enqueue(started);
      return beatMs;
    },
  };
}
