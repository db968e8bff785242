/** Concurrency limits of the memory store: the same rules as in Postgres, counted from the rows. */
import { priorities } from '@navette/contracts';
import type { ConcurrencyGate } from './admission/execution-limits.ts';
import type { ExecutionOutcome, NewExecution } from './ports.ts';

export interface LimitedRow extends NewExecution {
  status: ExecutionOutcome['status'];
  cancelRequested: boolean;
  /** It has begun: what overflows no longer skips it. */
  fence: number;
  /** Whether it holds a place of its concurrency limit; true without one. Given back by who parks. */
  hasPlace: boolean;
}

export interface Passed<Row> {
  /** They may be claimed from now on. */
  ready: Row[];
  /** They have to go, since more came than the limit lets in. */
  overflow: { row: Row; code: 'EXECUTION_SKIPPED' | 'EXECUTION_REPLACED' }[];
}

/** Gives places to those that wait, by priority and age, as far as there are any. */
export function passLimits<Row extends LimitedRow>(rows: Iterable<Row>): Passed<Row> {
  const passed: Passed<Row> = { ready: [], overflow: [] };
  const byLimit = Map.groupBy(
    [...rows].filter((row) => row.status === 'queued' || row.status === 'running'),
    (row) => row.limits?.concurrency?.id,
  );
  for (const [id, group] of byLimit) {
    if (id === undefined) continue;
    // What was said last counts.
    const gate = group.reduce((last, row) => (row.id > last.id ? row : last)).limits!.concurrency!;
    passGroup(group, gate, passed);
  }
  return passed;
}

function passGroup<Row extends LimitedRow>(
  group: readonly Row[],
  gate: ConcurrencyGate,
  passed: Passed<Row>,
): void {
  let open: readonly Row[] = group;
  if (gate.onOverflow === 'cancel-oldest') {
    const newest = [...group].filter((row) => !row.cancelRequested).sort((a, b) => (a.id < b.id ? 1 : -1));
    const replaced = newest.slice(gate.limit);
    for (const row of replaced) passed.overflow.push({ row, code: 'EXECUTION_REPLACED' });
    open = group.filter((row) => row.status === 'running' || !replaced.includes(row));
  }
  let free = gate.limit - open.filter((row) => row.hasPlace).length;
  const held = open.filter((row) => !row.hasPlace).sort(compareTurns);
  for (const row of held) {
    if (free > 0) {
      row.hasPlace = true;
      passed.ready.push(row);
    } else if (gate.onOverflow === 'skip' && row.fence === 0) {
      passed.overflow.push({ row, code: 'EXECUTION_SKIPPED' });
    }
    free -= 1;
  }
}

/** Which of two queued executions goes first. */
export function compareTurns(a: NewExecution, b: NewExecution): number {
  const byPriority = priorities.indexOf(a.priority ?? 'normal') - priorities.indexOf(b.priority ?? 'normal');
  return byPriority || (a.id < b.id ? -1 : 1);
}
