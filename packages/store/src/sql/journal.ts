/** Reads of the journal. Index: journal_pkey. */
import type { JournalChunk } from '@navette/contracts';
import type { ClientBase } from 'pg';

type Queryable = Pick<ClientBase, 'query'>;

export async function readJournal(
  client: Queryable,
  executionId: string,
  afterSeq: number,
): Promise<JournalChunk[]> {
  const result = await client.query<JournalChunk>({
    name: 'read-journal',
    text: 'SELECT seq, records FROM journal WHERE execution_id = $1 AND seq > $2 ORDER BY seq',
    values: [executionId, afterSeq],
  });
  return result.rows;
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
