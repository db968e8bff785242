import type { NewExecution } from './ports.ts';

/** What every log line about an execution carries, so that its lines are found; with a step, also the step's path. */
export function toLogFields(
  { id, workflowId }: Pick<NewExecution, 'id' | 'workflowId'>,
  path?: string,
): { executionId: string; workflowId: string; path?: string } {
  return { executionId: id, workflowId, ...(path === undefined ? {} : { path }) };
}
