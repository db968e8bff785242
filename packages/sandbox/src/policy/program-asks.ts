import type { ProgramOrigin } from '@navette/contracts';
import type { PolicyAsk } from './policy-set.ts';

/** What a workflow and its program ask for: the layers around each call of the program. */
export function listProgramAsks({ allowedHosts = [], policy, workflowCode }: ProgramOrigin): PolicyAsk[] {
  return [...listWorkflowAsks(workflowCode), { by: 'program', policy, allowedHosts }];
}

export function listWorkflowAsks(code: ProgramOrigin['workflowCode']): PolicyAsk[] {
  return code ? [{ by: 'workflow', ...code }] : [];
}
