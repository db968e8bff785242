import { type ExecutionDetail, isTerminal } from '@navette/contracts';

/** What can be made from an execution that has ended. `step`: the path of the step that was open. */
export interface ExecutionAction {
  kind: 'rerun' | 'fork' | 'replay';
  step: string | undefined;
}

/** A compensation can only be retried; without its data nothing can be built on an execution. */
export function canBuildOn(detail: ExecutionDetail): boolean {
  return isTerminal(detail.status) && detail.mode !== 'compensation' && detail.dataDeletedAt === undefined;
}
