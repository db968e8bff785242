/**
 * Waiting executions whose time has come: lists them, queues them, and says when the next one is due.
 * Locks: the rows it queues, skipping locked ones. Index: executions_waiting.
 */
import { queuedCauses } from '@navette/contracts';
import type { ClientBase } from 'pg';

type Queryable = Pick<ClientBase, 'query'>;

/** That a row named by its id is due and behind no limit, in a form that fits no partial index; see `isReady`. */
export const isDue = (row: string) =>
  `CASE WHEN ${row}.held_by IS NULL AND ${row}.wake_at <= now() THEN ${row}.status END = 'waiting'`;

export interface DueWait {
  id: string;
  projectId: string;
  priority: number;
  /** Behind a limit, which it comes to only when it is queued. */
  isHeld: boolean;
  /** Since its time came. */
  lateMs: number;
}

/** Those that were due first, in this order. */
export async function listDueWaits(client: Queryable, limit: number): Promise<DueWait[]> {
  const result = await client.query<DueWait>({
    name: 'list-due-waits',
    text: `
      SELECT id, project_id AS "projectId", priority, held_by IS NOT NULL AS "isHeld",
        (extract(epoch FROM now() - wake_at) * 1000)::float8 AS "lateMs"
      FROM executions WHERE status = 'waiting' AND wake_at <= now() ORDER BY wake_at LIMIT $1`,
    values: [limit],
  });
  return result.rows;
}

/** Whether others than those of a project and a priority are due. Looks through all that are due when there is none. */
export async function areOthersDue(
  client: Queryable,
  { projectId, priority }: Pick<DueWait, 'projectId' | 'priority'>,
): Promise<boolean> {
  const result = await client.query<{ others: boolean }>({
    name: 'are-others-due',
    text: `
      SELECT EXISTS (
        SELECT FROM executions
        WHERE status = 'waiting' AND wake_at <= now() AND (project_id <> $1 OR priority <> $2)
      ) AS others`,
    values: [projectId, priority],
  });
  return result.rows[0]!.others;
}

/** Queues the first that are due, or those of them that are named. */
export async function queueDueWaits(
  client: Queryable,
  limit: number,
  ids?: readonly string[],
): Promise<string[]> {
  const result = await client.query<{ id: string }>({
    name: 'queue-due-waits',
    text: `
      UPDATE executions e SET status = 'queued', wake_at = NULL, reason = '${queuedCauses.due}'
      FROM (
        SELECT id FROM executions
        WHERE status = 'waiting' AND wake_at <= now() AND ($2::uuid[] IS NULL OR id = ANY ($2))
        ORDER BY wake_at LIMIT $1 FOR UPDATE SKIP LOCKED
      ) due
      WHERE e.id = due.id
      RETURNING e.id`,
    values: [limit, ids ? [...ids] : null],
  });
  return result.rows.map((row) => row.id);
}

/** Milliseconds until the next wait is due, by the database clock; undefined when none is to come. */
export async function readNextWait(client: Queryable): Promise<number | undefined> {
  const result = await client.query<{ ms: number | null }>({
    name: 'read-next-wait',
    text: `SELECT (extract(epoch FROM min(wake_at) - now()) * 1000)::float8 AS ms
           FROM executions WHERE status = 'waiting' AND wake_at > now()`,
  });
  return result.rows[0]?.ms ?? undefined;
}
