import type { ScheduleSpec } from '@navette/contracts';
import { Cron } from 'croner';

/** A schedule with its time zone filled in, as it is stored. */
export type ZonedSchedule = ScheduleSpec & { timeZone: string };

/** Unix milliseconds of the first run after `afterMs`; null when there is none. */
export function nextRun(spec: ZonedSchedule, afterMs: number): number | null {
  let first: number | null = null;
  for (const expression of spec.crons) {
    const next = new Cron(expression, { timezone: spec.timeZone, paused: true }).nextRun(new Date(afterMs));
    if (next && (first === null || next.getTime() < first)) first = next.getTime();
  }
  return first;
}

const maxMissed = 100;
/** A run that starts within this time is late, not missed. */
const graceMs = 60_000;

/**
 * The runs to start now for a schedule that was due at `nextAtMs`, by its policy for missed runs, and the next one.
 * @returns `runs` as Unix milliseconds, oldest first.
 */
export function dueRuns(
  spec: ZonedSchedule,
  nextAtMs: number,
  nowMs: number,
): { runs: number[]; nextAt: number | null } {
  const due: number[] = [];
  let at: number | null = nextAtMs;
  while (at !== null && at <= nowMs) {
    due.push(at);
    if (due.length > maxMissed) due.shift();
    at = nextRun(spec, at);
  }
  return { runs: chooseRuns(spec, due, nowMs), nextAt: at };
}

function chooseRuns(spec: ZonedSchedule, due: number[], nowMs: number): number[] {
  if (spec.missedRuns === 'run-all') return due;
  if (spec.missedRuns === 'run-once') return due.slice(-1);
  return due.slice(-1).filter((run) => nowMs - run <= graceMs);
}
