/**
 * Puts executions that were made a moment ago, in the same transaction, behind their limits, and parks those that gather
 * triggers. Locks: their rows, which nobody else can see yet. Index: executions_pkey.
 */
import type { Why } from '@navette/contracts';
import type { ClientBase } from 'pg';

type Queryable = Pick<ClientBase, 'query'>;

export interface LimitMark {
  id: string;
  concurrencyId: string | null;
  rateId: string | null;
  /** Unix milliseconds: parked until then. */
  wakeAt: number | null;
  reason: string;
  why: Why | null;
}

export async function markLimited(client: Queryable, marks: readonly LimitMark[]): Promise<void> {
  const column = <T>(pick: (mark: LimitMark) => T) => marks.map(pick);
  await client.query({
    name: 'mark-limited',
    text: `
      UPDATE executions e SET
        status = CASE WHEN m.wake_at IS NULL THEN 'queued' ELSE 'waiting' END,
        wake_at = to_timestamp(m.wake_at / 1000), reason = m.reason, why = m.why,
        concurrency_id = m.concurrency_id, rate_id = m.rate_id, held_by = coalesce(m.concurrency_id, m.rate_id)
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::float8[], $5::text[], $6::json[])
        AS m(id, concurrency_id, rate_id, wake_at, reason, why)
      WHERE e.id = m.id`,
    values: [
      column((mark) => mark.id),
      column((mark) => mark.concurrencyId),
      column((mark) => mark.rateId),
      column((mark) => mark.wakeAt),
      column((mark) => mark.reason),
      column((mark) => mark.why && JSON.stringify(mark.why)),
    ],
  });
}

/** What became of them: whether each is held, and its status. */
export async function readMarked(
  client: Queryable,
  ids: readonly string[],
): Promise<{ id: string; status: string; held: boolean }[]> {
  const result = await client.query<{ id: string; status: string; held: boolean }>({
    name: 'read-marked',
    text: 'SELECT id, status, held_by IS NOT NULL AS held FROM executions WHERE id = ANY ($1::uuid[])',
    values: [[...ids]],
  });
  return result.rows;
}
