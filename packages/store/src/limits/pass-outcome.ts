import type { JournalRecord } from '@navette/contracts';

/** An execution that a limit ended, for whoever tells of commits. */
export interface EndedByLimit {
  projectId: string;
  workflowId: string;
  executionId: string;
  seq: number;
  records: readonly JournalRecord[];
}

/** What came of letting executions pass; to be acted on when the transaction is committed. */
export interface PassOutcome {
  /** Executions that a worker may take now. */
  ready: string[];
  ended: EndedByLimit[];
  /** Limits that have to be looked at again, in another transaction. */
  again: string[];
}

export function createPassOutcome(): PassOutcome {
  return { ready: [], ended: [], again: [] };
}
