/** Writes down how steps ended. Nothing here waits for the store: what depends on it does. */
import type { JournalRecordOf } from '@navette/contracts';
import type { ErrorRecord } from '@navette/kit';
import { isCall } from '../state/program-calls.ts';
import type { Scope } from '../state/scope.ts';
import type { StepState } from '../state/step-state.ts';
import { applyResolution, askAboutDoubt } from './doubt.ts';
import type { PassHosts } from './pass-host.ts';
import type { FinishedStep, StepOutcome } from './run-step.ts';
import { leaveWaits, listWaits, suspendStep, type WaitHost } from './waits.ts';

/** The run, as those see it who write down how its steps ended. */
export interface SettleHost extends WaitHost {
  readonly passHosts: PassHosts;
  /** Durability "full": every result is durable before another step starts. */
  readonly isFull: boolean;
  readonly isCompensation: boolean;
  /** Ends it as failed, with what is at work stopped. */
  fail(error: ErrorRecord): void;
}

export async function settleStep(
  host: SettleHost,
  step: StepState,
  startedAt: number,
  outcome: StepOutcome,
): Promise<void> {
  const { path } = step;
  const at = host.deps.clock.now();
  switch (outcome.kind) {
    case 'parked':
      return;
    case 'suspended': {
      const refused = await suspendStep(host, step, startedAt, outcome);
      return refused && settleStep(host, step, startedAt, refused);
    }
    case 'in-doubt':
      askAboutDoubt(host, step, startedAt, outcome);
      return;
    case 'resolved': {
      const end = applyResolution(host, step, outcome);
      return end && settleStep(host, step, startedAt, end);
    }
    case 'opened':
      host.append({ type: 'step-started', at, path, attempt: 1, passes: outcome.plan });
      host.journal.markComputed();
      return;
    case 'decided': {
      const { pass, goOn } = outcome;
      host.append({ type: 'item-completed', at, path, item: pass, attempts: 1, outputs: {}, goOn });
      host.journal.markComputed();
      return;
    }
    case 'failed':
      if (step.calls) leaveCalls(host, step.calls.scope);
      failStep(host, step, startedAt, outcome);
      return;
    case 'completed':
      if (step.calls) leaveCalls(host, step.calls.scope);
      completeStep(host, step, startedAt, outcome);
  }
}

/** On the hot path. */
export function completeStep(
  host: SettleHost,
  step: StepState,
  startedAt: number,
  outcome: FinishedStep,
): void {
  const { attempts, outputs, collected, logs, response, error, pinned, messageId } = outcome;
  const { node, path } = step;
  const type = 'step-completed';
  const at = host.deps.clock.now();
  const record: JournalRecordOf<typeof type> = { type, at, path, startedAt, attempts, outputs };
  if (collected) record.collected = collected;
  if (logs.length > 0) record.logs = logs;
  if (response) record.response = response;
  if (error) record.error = error;
  if (pinned) record.pinned = pinned;
  if (messageId) record.messageId = messageId;
  host.append(record);
  if (response) host.journal.respondWith(response);
  if (node.effect !== 'pure' || response || host.isFull) host.journal.markDirty();
  else host.journal.markComputed();
}

function failStep(
  host: SettleHost,
  step: StepState,
  startedAt: number,
  { attempts, error, logs }: Extract<StepOutcome, { kind: 'failed' }>,
): void {
  const record: JournalRecordOf<'step-failed'> = {
    type: 'step-failed',
    at: host.deps.clock.now(),
    path: step.path,
    startedAt,
    attempts,
    error,
    ...(logs.length > 0 ? { logs } : {}),
  };
  if (isCall(step)) {
    // The program hears of it and decides.
    host.append(record);
    if (step.node.effect === 'pure' && !host.isFull) host.journal.markComputed();
    else host.journal.markDirty();
    return;
  }
  const pass = host.state.findFailingPass(step);
  if (pass) leaveWaits(host, listWaits(host.state, pass));
  host.append(record);
  if (pass) host.passHosts.stop(pass);
  // One compensation that fails does not keep the others from running.
  if (pass || host.isCompensation) host.journal.markDirty();
  else host.fail(error);
}

/** The program has ended: calls that it did not wait for are stopped. */
function leaveCalls(host: SettleHost, calls: Scope): void {
  leaveWaits(host, listWaits(host.state, calls));
  calls.isOver = true;
  host.passHosts.stop(calls);
}
