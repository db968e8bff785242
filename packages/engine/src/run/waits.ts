/** Steps that wait: how a wait is written down, when it is over, and what it leaves when the execution ends first. */
import type { ExecutionState, StepState } from '../state/execution-state.ts';
import type { Scope } from '../state/scope.ts';
import { prepareChild, readChild } from './child.ts';
import type { Inbox } from './inbox.ts';
import { awaitMessage, readMessageWait } from './message-wait.ts';
import type { RunJournal } from './run-journal.ts';
import type { StepOutcome } from './run-step.ts';
import type { StepHost } from './step-host.ts';
import { endAtLimit, isAtLimit, limitWait } from './wait-limit.ts';

export interface WaitHost extends StepHost {
  readonly journal: RunJournal;
  readonly inbox: Inbox;
  /** Whether the run is stopping or belongs to another worker: nothing new is begun. */
  readonly stopping: boolean;
}

type Suspended = Extract<StepOutcome, { kind: 'suspended' }>;

/** Writes the wait down. Gives how the step ends instead, when the wait cannot begin. */
export async function suspendStep(
  host: WaitHost,
  step: StepState,
  startedAt: number,
  outcome: Suspended,
): Promise<StepOutcome | undefined> {
  const { suspension, attempt } = outcome;
  const common = { at: host.deps.clock.now(), path: step.path, startedAt, attempt };
  host.journal.markDirty();
  if (suspension.suspend === 'child') return suspendForChild(host, step, outcome, suspension, common);
  if (suspension.suspend !== 'until') {
    awaitMessage(host, step, suspension, common);
    return undefined;
  }
  const { outputs } = suspension;
  const wakeAt = Math.round(suspension.wakeAtMs);
  host.append({ type: 'step-waiting', ...common, wakeAt, outputs, ...limitWait(step, common.at, wakeAt) });
  return undefined;
}

async function suspendForChild(
  host: WaitHost,
  step: StepState,
  outcome: Suspended,
  suspension: Extract<Suspended['suspension'], { suspend: 'child' }>,
  common: { at: number; path: string; startedAt: number; attempt: number },
): Promise<StepOutcome | undefined> {
  const { attempt } = common;
  const child = await prepareChild(host, step, suspension, attempt);
  if ('kind' in child) return child;
  if (host.stopping) return undefined;
  host.journal.addChild(child);
  const childId = child.execution.id;
  if (suspension.awaitResult) {
    host.append({
      type: 'step-waiting',
      ...common,
      wakeAt: null,
      childId,
      ...limitWait(step, common.at, null),
    });
    return undefined;
  }
  const { at, path, startedAt } = common;
  const main = step.node.outputPorts[0] ?? 'main';
  const outputs = { [main]: outcome.items.map((item, index) => ({ ...item, pairedItem: { item: index } })) };
  host.append({ type: 'step-completed', at, path, startedAt, attempts: attempt, outputs, childId });
  return undefined;
}

/** How a waiting step ends, when its time, its message or the end of its child has come; undefined while it waits on. */
export async function readWait(host: WaitHost, step: StepState): Promise<StepOutcome | undefined> {
  if (step.childId !== undefined) {
    // The child exists in the store once the chunk that names it does.
    if (!host.journal.isEmpty) await host.flush();
    return (await readChild(host, step)) ?? (isAtLimit(host, step) ? endAtLimit(host, step) : undefined);
  }
  if (step.wait?.awaits) return readMessageWait(host, step, step.wait);
  if (isAtLimit(host, step)) return endAtLimit(host, step);
  if (step.wakeAt === undefined || step.wakeAt > host.deps.clock.now()) return undefined;
  return { kind: 'completed', attempts: 1, outputs: step.heldOutputs ?? {}, logs: [] };
}

/** When the next wait is over by itself; undefined when something else must end it. */
export function nextWakeAt(waits: readonly StepState[]): number | undefined {
  let first: number | undefined;
  for (const { wakeAt } of waits) {
    if (wakeAt !== undefined && (first === undefined || wakeAt < first)) first = wakeAt;
  }
  return first;
}

/**
 * The waits that nobody waits for any more, because their execution or the pass around them is over: what they have made
 * elsewhere goes with the write that says so.
 */
export function leaveWaits(host: WaitHost, waits: readonly StepState[]): void {
  if (waits.length === 0) return;
  host.journal.leaveWaits({
    children: waits.flatMap(({ childId }) => childId ?? []),
    paths: waits.filter(({ wait }) => isKnownElsewhere(wait)).map(({ path }) => path),
  });
}

/** Whether others can find the wait: people an approval, senders a correlation key. */
function isKnownElsewhere(wait: StepState['wait']): boolean {
  const awaits = wait?.awaits;
  return awaits?.kind === 'approval' || (awaits?.kind === 'signal' && awaits.key !== undefined);
}

/** Steps of the pass that wait. */
export function listWaits(state: ExecutionState, pass: Scope): StepState[] {
  const isInside = (scope: Scope | undefined): boolean =>
    scope !== undefined && (scope === pass || isInside(scope.owner?.scope));
  return state.waiting().filter(({ scope }) => isInside(scope));
}
