/** Reads of the journal. Index: journal_pkey. */
import type { JournalChunk } from '@navette/contracts';
import type { ClientBase } from 'pg';
import { decodeChunk, type EncodedChunk } from '../payload/decode-chunk.ts';

type Queryable = Pick<ClientBase, 'query'>;

export async function readJournal(
  client: Queryable,
  executionId: string,
  afterSeq: number,
): Promise<JournalChunk[]> {
  const result = await client.query<EncodedChunk>({
    name: 'read-journal',
    text: 'SELECT seq, records FROM journal WHERE execution_id = $1 AND seq > $2 ORDER BY seq',
    values: [executionId, afterSeq],
  });
  return result.rows.map(decodeChunk);
}

/** Stored size up to which a journal is read together with others. */
const smallBytes = 64 * 1_024;

/**
 * Those of the journals that are small, by execution; the others are missing. The sizes are read without the contents
 * (TOAST).
 */
export async function readSmallJournals(
  client: Queryable,
  executionIds: readonly string[],
): Promise<Map<string, JournalChunk[]>> {
  const result = await client.query<EncodedChunk & { execution_id: string }>({
    name: 'read-small-journals',
    text: `
      SELECT execution_id, seq, records FROM (
        SELECT execution_id, seq, records, sum(pg_column_size(records)) OVER (PARTITION BY execution_id) AS size
        FROM journal WHERE execution_id = ANY ($1::uuid[])
      ) sized
      WHERE size <= ${smallBytes} ORDER BY execution_id, seq`,
    values: [[...executionIds]],
  });
  const journals = new Map<string, JournalChunk[]>();
  for (const row of result.rows) {
    const chunks = journals.get(row.execution_id);
    if (chunks) chunks.push(decodeChunk(row));
    else journals.set(row.execution_id, [decodeChunk(row)]);
  }
  return journals;
}

/** Which of the given chunks are in the store under the fence of their writer. */
export async function findWritten(
  client: Queryable,
  chunks: readonly { executionId: string; seq: number; fence: number }[],
): Promise<Set<string>> {
  const result = await client.query<{ execution_id: string }>(
    `SELECT j.execution_id FROM journal j
     JOIN unnest($1::uuid[], $2::int[], $3::bigint[]) AS c(execution_id, seq, fence)
       ON j.execution_id = c.execution_id AND j.seq = c.seq AND j.fence = c.fence`,
    [chunks.map((c) => c.executionId), chunks.map((c) => c.seq), chunks.map((c) => c.fence)],
  );
  return new Set(result.rows.map((row) => row.execution_id));
}
