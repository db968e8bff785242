import type { JournalChunk } from '@navette/contracts';
import type pg from 'pg';
import { listParts } from '../payload/join-parts.ts';
import { readSmallJournals as read } from '../sql/journal.ts';

/** At once: so the memory is bounded. */
const maxTogether = 256;

/** Journals that can be given as they are stored. Long ones, those with large values or gone ones are missing. */
export async function readSmallJournals(
  pool: pg.Pool,
  executionIds: readonly string[],
): Promise<Map<string, JournalChunk[]>> {
  const journals = await read(pool, executionIds.slice(0, maxTogether));
  for (const [id, chunks] of journals) {
    if (chunks[0]?.seq !== 1 || listParts(chunks).length > 0) journals.delete(id);
  }
  return journals;
}
