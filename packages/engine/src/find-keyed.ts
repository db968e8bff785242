import type { JournalChunk, KeyedRequest } from '@navette/contracts';

/** What came with an Idempotency-Key, from the first chunk of an execution: it has the record of the trigger. */
export function findKeyed(first: JournalChunk | undefined): KeyedRequest | undefined {
  for (const record of first?.records ?? []) {
    if (record.type === 'step-completed' && record.keyed) return record.keyed;
  }
  return undefined;
}
