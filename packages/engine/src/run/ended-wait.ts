import type { Item } from '@navette/contracts';
import type { ErrorRecord } from '@navette/kit';
import type { StepState } from '../state/execution-state.ts';
import { type StepOutcome, settleError } from './run-step.ts';
import type { StepHost } from './step-host.ts';

/** What came into a step on its first input port. */
export function inputItemsOf(host: StepHost, step: StepState): readonly Item[] {
  const node = step.node;
  return host.state.inputsOf(step).get(node.inputPorts[0] ?? 'main') ?? [];
}

/** How a step ends whose wait came to nothing, under the node's settings. */
export function failWait(host: StepHost, step: StepState, error: ErrorRecord, attempts: number): StepOutcome {
  const node = step.node;
  return settleError(node, inputItemsOf(host, step), { attempts, error, logs: [] });
}
