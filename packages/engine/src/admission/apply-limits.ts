import type { Item, JournalRecord, Priority, WorkflowSettings } from '@navette/contracts';
import { priorities } from '@navette/contracts';
import type { NewExecution } from '../ports.ts';
import { planLimits } from './plan-limits.ts';

/**
 * An execution as it goes into the queue: with the limits and the priority that the settings of its workflow give it.
 * @param records what it begins with: the step of its trigger is among them
 * @throws WORKFLOW_LIMIT_KEY
 */
export function applyLimits(
  execution: NewExecution,
  version: { workflowName: string; definition: { settings: WorkflowSettings } },
  records: readonly JournalRecord[],
): NewExecution {
  const { settings } = version.definition;
  const { priority: given, ...fixed } = execution;
  const { id: executionId, workflowId, mode, triggerNodeId, createdAt: now } = execution;
  const items = listTriggerItems(records, triggerNodeId);
  const { workflowName } = version;
  const subject = { executionId, workflowId, workflowName, mode, settings, triggerNodeId, items, now };
  const limits = planLimits(subject);
  const priority = given ?? settings.priority;
  return {
    ...fixed,
    ...(limits ? { limits } : {}),
    ...(priority && priority !== 'normal' ? { priority } : {}),
  };
}

function listTriggerItems(records: readonly JournalRecord[], triggerNodeId: string): readonly Item[] {
  for (const record of records) {
    if (record.type === 'step-completed' && record.path === triggerNodeId)
      return Object.hasOwn(record.outputs, 'main') ? (record.outputs['main'] ?? []) : [];
  }
  return [];
}

/** A called workflow goes no later than who waits for it. */
export function higherPriority(a: Priority = 'normal', b: Priority = 'normal'): Priority {
  return priorities.indexOf(a) <= priorities.indexOf(b) ? a : b;
}
