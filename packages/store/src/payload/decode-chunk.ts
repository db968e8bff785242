import type { JournalChunk } from '@navette/contracts';

/** A chunk as it lies in the journal: the JSON of its records. */
export interface EncodedChunk {
  seq: number;
  records: string;
}

/** Values that are too large for the journal are still references in it: see StoredChunk. */
export function decodeChunk({ seq, records }: EncodedChunk): JournalChunk {
  return { seq, records: JSON.parse(records) };
}
