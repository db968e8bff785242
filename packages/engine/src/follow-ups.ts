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
import { RunStopped } from './run/step-host.ts';
import type { ExecutionState } from './state/execution-state.ts';

const longestDelayMs = 20_000;

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

/**
 * The same, again and again while the store is away. Rejects with RunStopped when the run is lost, or the store stays away
 * for about a minute.
 */
export async function prepareFollowUpsPatiently(
  deps: EngineDeps,
  end: UnsuccessfulEnd,
  { isLost, signal }: { isLost: () => boolean; signal: AbortSignal },
): Promise<FollowUps> {
  const { definition } = end.version;
  if (definition.settings.errorWorkflow === undefined && !hasCompensation(definition))
    return { children: [], notes: [] };
  for (let delayMs = 100; ; delayMs *= 2) {
    try {
      return await prepareFollowUps(deps, end);
    } catch (thrown) {
      if (isLost() || delayMs > longestDelayMs)
        throw new RunStopped('The end was not written', { cause: thrown });
      deps.logger.warn(
        { err: thrown, ...toLogFields(end.execution) },
        'The error workflow could not be read',
      );
      await deps.clock.sleep(delayMs, signal);
    }
  }
}

function add(followUps: FollowUps, kind: FollowUp['kind'], child: PreparedExecution): void {
  followUps.children.push(child);
  followUps.notes.push({ kind, executionId: child.execution.id });
}

/** Whether there is anything to undo; what exactly says the plan. */
function hasTakenEffect(version: VersionRecord, state: ExecutionState): boolean {
  return hasCompensation(version.definition) && state.hasUndoable;
}
