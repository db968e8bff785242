/**
 * Ends executions that no worker could even take up: each claim ended its worker before a record of it was written, as a
 * journal does that is too large for the memory of the workers. Nobody reads it here but Postgres. What a worker does at
 * such an end is left out: neither an error workflow nor a compensation is started.
 * Nobody is asked or found for it any more. Locks: the rows it ends, then their approvals. Index: executions_running; looks into the journal of those only that were taken over often.
 */
import { engineErrors } from '@navette/engine';
import type { ClientBase } from 'pg';

/** Take-overs without a trace. */
const unreadableFrom = 5;

const mark = '"type":"execution-recovered"';

/**
 * Whether the execution `e` can be given to another worker. The journal is looked into as text, without parsing it; data
 * that looks like a record only makes it look readable.
 */
export const isReadableSql = `CASE WHEN e.recoveries < ${unreadableFrom} THEN true ELSE e.recoveries - ${unreadableFrom} < (
    SELECT coalesce(sum((length(j.records) - length(replace(j.records, '${mark}', ''))) / ${mark.length}), 0)
    FROM journal j WHERE j.execution_id = e.id) END`;

const text = `
WITH stuck AS (
  SELECT e.id FROM executions e JOIN workers w ON w.id = e.owner
  WHERE e.status = 'running' AND w.state = 'dead' AND NOT ${isReadableSql}
  FOR UPDATE OF e SKIP LOCKED
), ended AS (
  UPDATE executions e SET status = 'failed', owner = NULL, finished_at = now(), wake_at = NULL, reason = NULL,
    error = $1::json
  FROM stuck WHERE e.id = stuck.id
  RETURNING e.id, e.project_id, e.fence, e.parent_id
), withdrawn AS (
  UPDATE approvals a SET status = 'cancelled', decided_at = now()
  FROM ended WHERE a.execution_id = ended.id AND a.status = 'open'
), forgotten AS (
  DELETE FROM correlated_waits w USING ended WHERE w.execution_id = ended.id
), written AS (
  INSERT INTO journal (execution_id, seq, project_id, fence, records)
  SELECT ended.id, coalesce((SELECT max(seq) FROM journal j WHERE j.execution_id = ended.id), 0) + 1,
    ended.project_id, ended.fence, json_build_array(json_build_object(
      'type', 'execution-finished', 'at', (extract(epoch FROM now()) * 1000)::bigint, 'status', 'failed',
      'error', $1::json))::text
  FROM ended
)
SELECT id, parent_id FROM ended`;

/** Run inside a transaction. @returns the parents to wake. */
export async function endUnreadable(
  client: Pick<ClientBase, 'query'>,
): Promise<{ ended: string[]; parentIds: string[] }> {
  const params = {
    deaths: unreadableFrom + 1,
    steps: 'none, its journal could not be read',
    workers: 'unknown',
  };
  const error = engineErrors.create('EXECUTION_POISONED', { params }).toRecord();
  const { rows } = await client.query<{ id: string; parent_id: string | null }>({
    name: 'end-unreadable',
    text,
    values: [JSON.stringify(error)],
  });
  return {
    ended: rows.map((row) => row.id),
    parentIds: rows.flatMap((row) => row.parent_id ?? []),
  };
}
