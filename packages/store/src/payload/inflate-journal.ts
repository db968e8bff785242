import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JournalChunk } from '@navette/contracts';
import type { Queryable } from '../queryable.ts';
import { joinParts, listParts, type StoredChunk } from './join-parts.ts';
import { readPayloads } from './payload-store.ts';

/**
 * The whole records of chunks as they lie in the database. Chunk by chunk, so that no more than one commit's worth is in
 * memory twice. `readProjectId` is asked when there is something to fetch. Throws PAYLOAD_LOST or PAYLOAD_DAMAGED.
 */
export async function inflateJournal(
  db: Queryable,
  readProjectId: () => Promise<string>,
  chunks: readonly StoredChunk[],
): Promise<JournalChunk[]> {
  const whole: JournalChunk[] = [];
  let projectId: string | undefined;
  for (const chunk of chunks) {
    const parts = listParts([chunk]);
    if (parts.length === 0) {
      whole.push(chunk);
      continue;
    }
    projectId ??= await readProjectId();
    const values = await parseInTurns(await readPayloads(db, projectId, parts));
    whole.push(...joinParts([chunk], (part) => values.get(part)));
  }
  return whole;
}

async function parseInTurns(texts: ReadonlyMap<string, string>): Promise<Map<string, unknown>> {
  const values = new Map<string, unknown>();
  for (const [part, text] of texts) {
    values.set(part, JSON.parse(text));
    await nextTurn();
  }
  return values;
}
