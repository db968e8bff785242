/** Runs the schedules of one thread and reports in batches. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { runSchedule, type ScheduleReport } from '@navette/engine/simulation';

export type SliceTotals = Omit<Record<keyof ScheduleReport, number>, 'violations'> & { schedules: number };

export interface SliceMessage {
  totals: SliceTotals;
  violations: string[];
}

const batch = 200;
const { first, end, step } = workerData as { first: number; end: number; step: number };

// Errors are made by the thousand here and only their messages are read.
Error.stackTraceLimit = 0;

let message = emptyMessage();
for (let seed = first; seed < end; seed += step) {
  const { violations, ...counts } = await runSchedule(seed);
  message.totals.schedules += 1;
  for (const [name, count] of Object.entries(counts)) message.totals[name as keyof typeof counts] += count;
  message.violations.push(...violations.map((text) => `seed ${seed}: ${text}`));
  if (message.totals.schedules >= batch) send();
  await nextTurn();
}
send();

function send(): void {
  parentPort?.postMessage(message);
  message = emptyMessage();
}

function emptyMessage(): SliceMessage {
  return {
    totals: {
      schedules: 0,
      events: 0,
      executions: 0,
      crashes: 0,
      freezes: 0,
      drains: 0,
      recoveries: 0,
      fencedWrites: 0,
      repeatedCalls: 0,
      lateCalls: 0,
      answers: 0,
      givenUp: 0,
      tooLong: 0,
    },
    violations: [],
  };
}
