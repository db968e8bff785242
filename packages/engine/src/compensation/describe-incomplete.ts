import type { ErrorRecord } from '@navette/kit';
import { engineErrors } from '../errors.ts';
import type { ExecutionState } from '../state/execution-state.ts';

/** Why a compensation of which every step had its turn did not succeed; undefined when it did. */
export function describeIncomplete(state: ExecutionState): ErrorRecord | undefined {
  const steps = state.steps().filter((step) => step.path.includes('~'));
  const failed = steps.filter((step) => step.status === 'failed');
  const [first] = failed;
  if (!first) return undefined;
  const names = failed.map((step) => `"${step.node.node.name}"`);
  return engineErrors
    .create('COMPENSATION_INCOMPLETE', {
      params: {
        failed: failed.length,
        all: steps.length,
        steps: names.join(', '),
        detail: first.error?.message ?? '',
      },
    })
    .toRecord();
}
