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
    whole.push(await fillChunk(chunk, await readPayloads(db, projectId, parts)));
  }
  return whole;
}

/**
 * The same with texts that were read before. Parsing takes its time, and so has no place in a transaction, which would
 * stand idle for as long.
 */
export async function fillJournal(
  chunks: readonly StoredChunk[],
  texts: ReadonlyMap<string, string>,
): Promise<JournalChunk[]> {
  const whole: JournalChunk[] = [];
  for (const chunk of chunks) whole.push(await fillChunk(chunk, texts));
  return whole;
}

/** Others have their turn after each part. */
async function fillChunk(chunk: StoredChunk, texts: ReadonlyMap<string, string>): Promise<JournalChunk> {
  const values = new Map<string, unknown>();
  for (const part of listParts([chunk])) {
    values.set(part, JSON.parse(texts.get(part)!));
    await nextTurn();
  }
  return joinParts([chunk], (part) => values.get(part))[0]!;
}
