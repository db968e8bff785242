/**
 * The execution that undoes another one. It is queued without a plan in the commit that ends the other, whoever ends it;
 * the worker that takes it up makes the plan from the journal of the other, which no longer changes.
 */
import type { ExecutionOrigin, JournalChunk, JournalRecord } from '@navette/contracts';
import { deriveUuid, NavetteError } from '@navette/kit';
import type { CompiledWorkflow } from '../graph/compile.ts';
import type { ExecutionStore, NewExecution } from '../ports.ts';
import { isAttended } from '../replay/derive-execution.ts';
import { planCompensation } from './plan-compensation.ts';

/** Derived, so that there is one however often it is asked for. */
export function compensationIdOf(executionId: string): string {
  return deriveUuid(executionId, 'compensation');
}

export function describeCompensationOrigin(execution: NewExecution): ExecutionOrigin {
  const origin: ExecutionOrigin = { kind: 'compensation' };
  if (isAttended(execution)) origin.attended = true;
  if (execution.origin?.errorDepth !== undefined) origin.errorDepth = execution.origin.errorDepth;
  return origin;
}

export function createCompensation(execution: NewExecution, at: number): NewExecution {
  const id = compensationIdOf(execution.id);
  const { projectId, workflowId, versionId, triggerNodeId } = execution;
  return {
    id,
    ...{ projectId, workflowId, versionId, triggerNodeId },
    mode: 'compensation',
    createdAt: at,
    deadlineAt: null,
    idempotencyKey: null,
    retryOf: execution.id,
    rootId: id,
    parentId: null,
    parentPath: null,
    depth: 0,
    origin: describeCompensationOrigin(execution),
  };
}

/** The plan of a compensation that has none yet; undefined when the data that it is made from is gone. */
export async function readPlan(
  store: ExecutionStore,
  compensation: NewExecution,
  workflow: CompiledWorkflow,
  at: number,
): Promise<JournalRecord[] | undefined> {
  const { projectId, triggerNodeId } = compensation;
  // A compensation that ended before it had a plan may have been retried: the way back leads over all of them.
  let undone = compensation.retryOf;
  for (const seen = new Set<string>(); undone !== null && !seen.has(undone); ) {
    seen.add(undone);
    const execution = await store.readExecution(projectId, undone);
    if (execution?.mode !== 'compensation') break;
    undone = execution.retryOf;
  }
  const chunks = undone === null ? [] : await readKept(store, undone);
  if (chunks.length === 0) return undefined;
  const records = chunks.flatMap((chunk) => chunk.records);
  return planCompensation(workflow, triggerNodeId, records, at);
}

/** Empty when retention has deleted it. */
async function readKept(store: ExecutionStore, executionId: string): Promise<JournalChunk[]> {
  try {
    return await store.readJournal(executionId);
  } catch (thrown) {
    if (NavetteError.is(thrown) && thrown.code === 'EXECUTION_DATA_DELETED') return [];
    throw thrown;
  }
}
