import type { JournalRecord } from '@navette/contracts';
import type { ExecutionState } from '../state/execution-state.ts';

/**
 * Which records the end of an execution with durability "none" stores: that it was, what it began with, what it gave or
 * where it failed. Steps in between are in no journal.
 */
export function createOutcomeFilter(
  state: ExecutionState,
): (record: JournalRecord, status: string) => boolean {
  return (record, status) => {
    switch (record.type) {
      case 'step-completed':
        if (record.response !== undefined) return true;
        // What did not succeed is done again as a whole: a result of one branch would stand in the way.
        return state.isTrigger(record.path) || (status === 'succeeded' && state.isResult(record.path));
      case 'step-failed':
        return true;
      default:
        return !record.type.startsWith('step-') && !record.type.startsWith('item-');
    }
  };
}
