/** Steps that wait: how a wait is written down, when it is over, and how an execution that only waits is described. */
import type { JournalRecord } from '@navette/contracts';
import type { ExecutionState, StepState } from '../state/execution-state.ts';
import { prepareChild, readChild } from './child.ts';
import type { RunJournal } from './run-journal.ts';
import type { StepOutcome } from './run-step.ts';
import type { StepHost } from './step-host.ts';

export interface WaitHost extends StepHost {
  readonly journal: RunJournal;
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
  const common = { at: host.deps.clock.now(), path: step.path, startedAt };
  host.journal.markDirty();
  if (suspension.suspend === 'until') {
    const { outputs } = suspension;
    const wakeAt = Math.round(suspension.wakeAtMs);
    host.append({ type: 'step-waiting', ...common, attempt, wakeAt, outputs });
    return undefined;
  }
  const child = await prepareChild(host, step, suspension, attempt);
  if ('kind' in child) return child;
  if (host.stopping) return undefined;
  host.journal.addChild(child);
  const childId = child.execution.id;
  if (suspension.awaitResult) {
    host.append({ type: 'step-waiting', ...common, attempt, wakeAt: null, childId });
    return undefined;
  }
  const main = host.state.workflow.nodes[step.index]!.outputPorts[0] ?? 'main';
  const items = outcome.items.map((item, index) => ({ ...item, pairedItem: { item: index } }));
  host.append({ type: 'step-completed', ...common, attempts: attempt, outputs: { [main]: items }, childId });
  return undefined;
}

/** How a waiting step ends, when its time has come or its child has ended; undefined while it waits on. */
export async function readWait(host: WaitHost, step: StepState): Promise<StepOutcome | undefined> {
  if (step.childId !== undefined) {
    // The child exists in the store once the chunk that names it does.
    if (!host.journal.isEmpty) await host.flush();
    return readChild(host, step);
  }
  if (step.wakeAt === undefined || step.wakeAt > host.deps.clock.now()) return undefined;
  return { kind: 'completed', attempts: 1, outputs: step.heldOutputs ?? {}, logs: [] };
}

/** When the next wait is over by itself; undefined when something else must end it. */
export function nextWakeAt(waits: readonly StepState[]): number | undefined {
  return earliest(waits.map((step) => step.wakeAt));
}

/** The record and the reason of an execution whose steps all wait. */
export function describeWaits(
  state: ExecutionState,
  waits: readonly StepState[],
  options: { now: number; deadlineAt: number | null },
): { record: JournalRecord; wakeAt: number | null; reason: string } {
  const wakeAt = nextWakeAt(waits);
  const due = earliest([wakeAt, options.deadlineAt ?? undefined]) ?? null;
  const reason =
    wakeAt === undefined ? 'Waits for a called workflow' : `Waits until ${new Date(wakeAt).toISOString()}`;
  const names = waits.map((step) => state.workflow.nodes[step.index]!.node.name).join(', ');
  return {
    record: { type: 'execution-waiting', at: options.now, wakeAt: due, reason },
    wakeAt: due,
    reason: `${reason} (${names})`,
  };
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  let first: number | undefined;
  for (const time of times) if (time !== undefined && (first === undefined || time < first)) first = time;
  return first;
}
