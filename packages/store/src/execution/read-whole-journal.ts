import type { JournalChunk } from '@navette/contracts';
import type pg from 'pg';
import { inflateJournal } from '../payload/inflate-journal.ts';
import { storeErrors } from '../repositories/store-error.ts';
import { readJournal } from '../sql/journal.ts';

/**
 * The journal with every value in its place. Nobody reads a part of a history that retention deletes and takes it for the
 * whole. Throws EXECUTION_DATA_DELETED, PAYLOAD_LOST or PAYLOAD_DAMAGED.
 */
export async function readWholeJournal(
  pool: pg.Pool,
  executionId: string,
  afterSeq: number,
): Promise<JournalChunk[]> {
  const chunks = await readJournal(pool, executionId, afterSeq);
  // A very long one goes bit by bit, the first chunks first.
  if (afterSeq === 0 && chunks[0]?.seq !== 1) await assertDataThere(pool, executionId);
  return inflateJournal(pool, () => readProjectId(pool, executionId), chunks);
}

async function assertDataThere(pool: pg.Pool, executionId: string): Promise<void> {
  const result = await pool.query<{ at: Date | null }>(
    'SELECT data_deleted_at AS at FROM executions WHERE id = $1',
    [executionId],
  );
  const at = result.rows[0]?.at;
  if (at) throw storeErrors.create('EXECUTION_DATA_DELETED', { params: { at: at.toISOString() } });
}

async function readProjectId(pool: pg.Pool, executionId: string): Promise<string> {
  const result = await pool.query<{ project_id: string }>('SELECT project_id FROM executions WHERE id = $1', [
    executionId,
  ]);
  if (!result.rows[0]) throw new Error(`The execution ${executionId} went away while its journal was read`);
  return result.rows[0].project_id;
}
