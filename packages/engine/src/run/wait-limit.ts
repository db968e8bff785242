/** The node setting `timeoutMs` where an attempt ends in a wait: the wait may last as long again, then it has failed. */
import { engineErrors } from '../errors.ts';
import type { StepState } from '../state/execution-state.ts';
import { failWait } from './ended-wait.ts';
import type { StepOutcome } from './step-outcome.ts';
import type { WaitHost } from './waits.ts';

/** When the time limit ends a wait that begins now, where nothing else does before. */
export function limitWait({ node }: StepState, at: number, wakeAt: number | null): { limitAt?: number } {
  const { timeoutMs } = node.node.settings;
  if (timeoutMs === undefined) return {};
  const limitAt = at + timeoutMs;
  return wakeAt !== null && wakeAt <= limitAt ? {} : { limitAt };
}

export function isAtLimit(host: WaitHost, { wait }: StepState): boolean {
  return wait?.limitAt !== undefined && wait.limitAt <= host.deps.clock.now();
}

/** The child that it waits for is cancelled; a wait for a message must have been closed before. */
export function endAtLimit(host: WaitHost, step: StepState): StepOutcome {
  if (step.childId !== undefined) host.journal.leaveWaits({ children: [step.childId], paths: [] });
  const { name, settings } = step.node.node;
  const params = { node: name, timeoutMs: settings.timeoutMs ?? 0 };
  const error = engineErrors.create('NODE_TIMEOUT', { params });
  return failWait(host, step, error.toRecord(), step.wait?.attempt ?? 1);
}
