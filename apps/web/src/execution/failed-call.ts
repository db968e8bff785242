import type { StepView } from './step-view.ts';

/** The call whose failure ended the program of that step: its error is in the words of the program's own. */
export function findFailedCall(program: StepView, steps: readonly StepView[]): StepView | undefined {
  const { error, path } = program;
  if (error?.code !== 'SANDBOX_CODE_THREW') return undefined;
  return steps.findLast(
    (step) =>
      step.status === 'failed' &&
      step.path.startsWith(`${path}/@`) &&
      step.error !== null &&
      error.message.endsWith(`CallError: ${step.error.message}`),
  );
}
