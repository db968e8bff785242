/** What the end of an execution that did not succeed starts, in the same commit: its error workflow, its compensation. */
import type { FollowUp } from '@navette/contracts';
import type { ErrorRecord } from '@navette/kit';
import { hasCompensation } from './compensation/plan-compensation.ts';
import { createCompensation } from './compensation/queue-compensation.ts';
import type { EngineDeps } from './deps.ts';
import { prepareErrorWorkflow } from './error-workflow/prepare-error-workflow.ts';
import { toLogFields } from './log-fields.ts';
import type { NewExecution, VersionRecord } from './ports.ts';
import type { PreparedExecution } from './replay/derive-execution.ts';
import type { ExecutionState } from './state/execution-state.ts';

export interface FollowUps {
  children: PreparedExecution[];
  /** For the record of the end. */
  notes: FollowUp[];
}

export interface UnsuccessfulEnd {
  execution: NewExecution;
  version: VersionRecord;
  state: ExecutionState | undefined;
  status: 'failed' | 'cancelled';
  error: ErrorRecord | undefined;
  at: number;
}

export async function prepareFollowUps(deps: EngineDeps, end: UnsuccessfulEnd): Promise<FollowUps> {
  const { execution, version, state, status, error, at } = end;
  const followUps: FollowUps = { children: [], notes: [] };
  if (status === 'failed' && error) {
    const started = await prepareErrorWorkflow(deps, { execution, version, state, error, at });
    if (typeof started === 'string') {
      deps.logger.warn({ ...toLogFields(execution), refused: started }, 'An error workflow did not start');
      followUps.notes.push({ kind: 'error', refused: started });
    } else if (started) {
      add(followUps, 'error', started);
    }
  }
  if (state && execution.mode !== 'compensation' && hasTakenEffect(version, state)) {
    add(followUps, 'compensation', { execution: createCompensation(execution, at), records: [] });
  }
  return followUps;
}

function add(followUps: FollowUps, kind: FollowUp['kind'], child: PreparedExecution): void {
  followUps.children.push(child);
  followUps.notes.push({ kind, executionId: child.execution.id });
}

/** Whether there is anything to undo; what exactly says the plan. */
function hasTakenEffect(version: VersionRecord, state: ExecutionState): boolean {
  return hasCompensation(version.definition) && state.hasUndoable;
}
