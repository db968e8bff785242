/**
 * Writes executions that came into being and ended in one write, such as a webhook that was answered by pure steps: the
 * most frequent write by far, and half the work of the general statement (commit-batch.ts) for Postgres and for us.
 *
 * Parameters: arrays, one entry per write, and the records as a parameter each (see commit-batch.ts).
 * Locks: the worker's row FOR SHARE, as there. Indexes: executions_pkey, journal_pkey.
 * Returns the ids that were written; none of a dead worker, none that existed.
 */
import type { JournalWrite } from '@navette/engine';
import type { ClientBase } from 'pg';
import { type CommittedRow, padRecords, recordPlaces } from './commit-batch.ts';

const textFor = (places: number) => `
WITH alive AS MATERIALIZED (
  SELECT 1 AS one FROM workers WHERE id = $1 AND state = 'alive' FOR SHARE
), created AS (
  INSERT INTO executions (id, project_id, workflow_id, version_id, mode, trigger_node_id, created_at, started_at,
    finished_at, status, error, fence, root_id)
  SELECT c.id, c.project_id, c.workflow_id, c.version_id, c.mode, c.trigger_node_id, to_timestamp(c.created_at / 1000),
    to_timestamp(c.created_at / 1000), to_timestamp(c.finished_at / 1000), c.status, c.error, 1, c.id
  FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::float8[], $9::float8[],
    $10::text[], $11::json[])
    AS c(id, project_id, workflow_id, version_id, mode, trigger_node_id, created_at, finished_at, status, error),
    alive
  ON CONFLICT DO NOTHING
  RETURNING id, status
), written AS (
  INSERT INTO journal (execution_id, seq, project_id, fence, records)
  SELECT j.id, 1, j.project_id, 1, j.records
  FROM unnest($2::uuid[], $3::uuid[],
    ARRAY[${Array.from({ length: places }, (_, i) => `$${12 + i}`).join(', ')}]::json[]) AS j(id, project_id, records)
  WHERE j.id IN (SELECT id FROM created)
)
SELECT id, status FROM created`;

const statements = new Map(
  recordPlaces.map((count) => [count, { name: `commit-finished-${count}`, text: textFor(count) }]),
);

/** Whether a write is of this kind. */
export function isFinishedAtOnce(write: JournalWrite): boolean {
  const { create, handover } = write;
  return (
    create !== undefined &&
    handover?.kind === 'finish' &&
    write.fence === 1 &&
    write.seq === 1 &&
    write.records.length > 0 &&
    create.deadlineAt === null &&
    create.idempotencyKey === null &&
    create.retryOf === null &&
    create.parentId === null &&
    create.rootId === create.id
  );
}

export async function commitFinished(
  client: ClientBase,
  workerId: string,
  writes: readonly JournalWrite[],
): Promise<CommittedRow[]> {
  const column = <T>(pick: (write: JournalWrite) => T) => writes.map(pick);
  const { places, records } = padRecords(writes);
  const result = await client.query<CommittedRow>({
    ...statements.get(places)!,
    values: [
      workerId,
      column((write) => write.executionId),
      column((write) => write.projectId),
      column((write) => write.workflowId),
      column((write) => write.create!.versionId),
      column((write) => write.create!.mode),
      column((write) => write.create!.triggerNodeId),
      column((write) => write.create!.createdAt),
      column((write) => (write.handover?.kind === 'finish' ? write.handover.at : null)),
      column((write) => (write.handover?.kind === 'finish' ? write.handover.status : null)),
      column((write) =>
        write.handover?.kind === 'finish' && write.handover.error
          ? JSON.stringify(write.handover.error)
          : null,
      ),
      ...records,
    ],
  });
  return result.rows;
}
