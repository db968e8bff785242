/**
 * What must be true of the calls that executions of the chain workflow made, whatever was killed meanwhile.
 *
 * 1. Every call carries an idempotency key; a step keeps its key when it is repeated, and no two steps share one.
 * 2. Steps are called in order, each at least once, each with the token that the step before was answered with.
 * 3. A step is repeated only across a kill, at most once for each kill, and only when it was the last one called
 *    before it: the one in flight. Whatever was followed by a later call had been completed, and is never repeated.
 *    When the database alone is killed its server notices later, so that the repeat may come later in that epoch.
 * 4. No step that the journal had as completed before an owner took over is called by that owner or a later one.
 */
import { type Call, tokenOf } from './counting-server.ts';

/**
 * Violations in words; empty when all is well. `steps`: how many calls an execution makes. `lateEpochs`: those that began
 * with a kill of the database alone.
 */
export function checkCalls(
  run: string,
  calls: readonly Call[],
  { steps, lateEpochs = new Set() }: { steps: number; lateEpochs?: ReadonlySet<number> },
): string[] {
  return [
    ...checkKeys(run, calls),
    ...checkOrder(run, calls, steps),
    ...checkRepeats({ run, calls, lateEpochs }),
  ];
}

/** Invariant 1 between executions: `checkCalls` looks at one at a time. */
export function checkKeysApart(calls: readonly Call[]): string[] {
  const problems: string[] = [];
  const users = new Map<string, string>();
  for (const { key, run, step } of calls) {
    if (key === undefined) continue;
    const user = tokenOf(run, step);
    const other = users.get(key);
    if (other !== undefined && other !== user) problems.push(`${other} and ${user} share the key ${key}`);
    users.set(key, user);
  }
  return problems;
}

export interface Takeover {
  /** The epoch in which the owner ran. */
  epoch: number;
  /** The steps that were completed in the journal when it took over. */
  completed: ReadonlySet<number>;
}

/** Invariant 4. */
export function checkTakeovers(
  run: string,
  calls: readonly Call[],
  takeovers: readonly Takeover[],
): string[] {
  return takeovers.flatMap(({ epoch, completed }) =>
    calls
      .filter((call) => call.epoch >= epoch && completed.has(call.step))
      .map(
        (call) =>
          `${run}: call ${call.step} was completed before epoch ${epoch}, and repeated in ${call.epoch}`,
      ),
  );
}

/** How often a call was repeated, over all runs. */
export function countRepeats(calls: readonly Call[]): number {
  return calls.length - new Set(calls.map((call) => tokenOf(call.run, call.step))).size;
}

function checkKeys(run: string, calls: readonly Call[]): string[] {
  const problems: string[] = [];
  const keys = new Map<number, string>();
  for (const { step, key } of calls) {
    if (key === undefined) problems.push(`${run}: call ${step} has no key`);
    else if (keys.has(step) && keys.get(step) !== key) problems.push(`${run}: call ${step} changed its key`);
    else keys.set(step, key);
  }
  return problems;
}

function checkOrder(run: string, calls: readonly Call[], steps: number): string[] {
  const problems: string[] = [];
  let last = 0;
  for (const { step, token } of calls) {
    if (step !== last && step !== last + 1) problems.push(`${run}: call ${step} came after call ${last}`);
    const expected = step === 1 ? undefined : tokenOf(run, step - 1);
    if (token !== expected) problems.push(`${run}: call ${step} carried ${token}, not ${expected}`);
    last = Math.max(last, step);
  }
  if (last !== steps) problems.push(`${run}: ${last} of ${steps} steps were called`);
  return problems;
}

function checkRepeats({
  run,
  calls,
  lateEpochs,
}: {
  run: string;
  calls: readonly Call[];
  lateEpochs: ReadonlySet<number>;
}): string[] {
  const problems: string[] = [];
  const repeatedIn = new Set<number>();
  for (const [index, { step, epoch }] of calls.entries()) {
    const before = calls[index - 1];
    if (!calls.slice(0, index).some((other) => other.step === step)) continue;
    const mayRepeat = before?.epoch !== epoch || (lateEpochs.has(epoch) && !repeatedIn.has(epoch));
    if (!mayRepeat) problems.push(`${run}: call ${step} was repeated without a kill`);
    else if (before?.step !== step) problems.push(`${run}: call ${step} was repeated after later calls`);
    repeatedIn.add(epoch);
  }
  return problems;
}
