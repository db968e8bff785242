/** How the calls of programs ended where they were recorded: what a replay answers them by. */
import type { JournalRecord } from '@navette/contracts';
import type { RecordedCalls } from '../deps.ts';
import { programOf } from './call-order.ts';

/** @param unanswered paths of calls for which the replay has no answer. */
export function listRecordedCalls(
  records: readonly JournalRecord[],
  unanswered: ReadonlySet<string>,
): RecordedCalls & { wasLeftOpen(path: string): boolean } {
  const made = new Set<string>();
  const ends = new Map<string, { order: number; at: number }>();
  for (const [order, record] of records.entries()) {
    if (!('path' in record) || programOf(record.path) === undefined) continue;
    if (record.type === 'call-made') made.add(record.path);
    if (record.type !== 'step-completed' && record.type !== 'step-failed') continue;
    ends.set(record.path, { order, at: record.at });
  }
  return {
    endOf: (path) => ends.get(path),
    isUnanswered: (path) => unanswered.has(path),
    wasLeftOpen: (path) => made.has(path) && !ends.has(path),
  };
}
