/**
 * What must be true of the stored rows of finished executions.
 *
 * 1. The execution has ended once: a terminal status, an end time, no owner, and exactly one `execution-finished`
 *    record, the last of its journal, with that status.
 * 2. The sequence of its chunks counts up from 1 without a gap, and their fences never fall nor exceed the execution's.
 * 3. No path is completed twice, and none both completed and skipped or failed.
 * 4. Attempts of a path count up; a failed attempt is not repeated under its number.
 */
import type { JournalRecord } from '@navette/contracts';

export interface StoredExecution {
  id: string;
  status: string;
  fence: number;
  owner: string | null;
  finishedAt: Date | null;
  recoveries: number;
}

export interface StoredChunk {
  executionId: string;
  seq: number;
  fence: number;
  records: JournalRecord[];
}

/** Violations in words; empty when all is well. `chunks`: those of the execution, by sequence. */
export function checkJournal(execution: StoredExecution, chunks: readonly StoredChunk[]): string[] {
  const records = chunks.flatMap((chunk) => chunk.records);
  const problems = [
    ...checkEnd(execution, records),
    ...checkSequence(execution, chunks),
    ...checkPaths(records),
    ...checkAttempts(records),
  ];
  return problems.map((problem) => `${execution.id}: ${problem}`);
}

function checkEnd(execution: StoredExecution, records: readonly JournalRecord[]): string[] {
  const problems: string[] = [];
  const ends = records.filter((record) => record.type === 'execution-finished');
  if (!['succeeded', 'failed', 'cancelled'].includes(execution.status))
    problems.push(`it is ${execution.status}, not at its end`);
  if (execution.owner !== null) problems.push('it still has an owner');
  if (execution.finishedAt === null) problems.push('it has no end time');
  if (ends.length !== 1) problems.push(`it has ${ends.length} ends`);
  if (records.at(-1)?.type !== 'execution-finished') problems.push('something was written after its end');
  for (const end of ends) {
    if (end.status !== execution.status)
      problems.push(`its journal says ${end.status}, its row ${execution.status}`);
  }
  return problems;
}

function checkSequence(execution: StoredExecution, chunks: readonly StoredChunk[]): string[] {
  const problems: string[] = [];
  let fence = 0;
  for (const [index, chunk] of chunks.entries()) {
    if (chunk.seq !== index + 1) problems.push(`chunk ${chunk.seq} is in place ${index + 1}`);
    if (chunk.fence < fence)
      problems.push(`the fence falls from ${fence} to ${chunk.fence} at chunk ${chunk.seq}`);
    if (chunk.fence > execution.fence) problems.push(`chunk ${chunk.seq} has a fence above the execution's`);
    fence = chunk.fence;
  }
  return problems;
}

function checkPaths(records: readonly JournalRecord[]): string[] {
  const problems: string[] = [];
  const ended = new Map<string, string>();
  for (const record of records) {
    if (record.type !== 'step-completed' && record.type !== 'step-skipped' && record.type !== 'step-failed')
      continue;
    const before = ended.get(record.path);
    if (before !== undefined) problems.push(`${record.path}: ${before}, then ${record.type}`);
    ended.set(record.path, record.type);
  }
  return problems;
}

function checkAttempts(records: readonly JournalRecord[]): string[] {
  const problems: string[] = [];
  const failed = new Map<string, number>();
  for (const record of records) {
    if (record.type !== 'attempt-failed') continue;
    const place = `${record.path}#${record.item ?? ''}`;
    const expected = (failed.get(place) ?? 0) + 1;
    if (record.attempt !== expected)
      problems.push(`${record.path}: failed attempt ${record.attempt} where ${expected} was due`);
    failed.set(place, record.attempt);
  }
  return problems;
}
