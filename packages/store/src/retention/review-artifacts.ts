/**
 * Removes files that nothing needs any more: their rows; the bytes follow (review-contents.ts). A file is needed while
 * - the execution that made it has its data,
 * - an execution that has its data names it, a version does, or a message that nobody has taken,
 * - it was uploaded within the last `uploadDays`: a run may be about to name it.
 *
 * Locks: the files that are due, skipping those that somebody takes hold of (artifact-storage/hold-artifacts.ts); whoever
 * comes later waits and finds nothing. What needs them is read by a later statement, as in review-payloads.ts.
 * Indexes: artifacts_review, artifact_refs_by_artifact.
 */
import type pg from 'pg';
import type { Database } from '../database.ts';
import { graceSql } from '../payload/grace.ts';
import type { ReviewResult } from './review-payloads.ts';

export async function reviewArtifacts(
  database: Database,
  { limit, uploadDays }: { limit: number; uploadDays: number },
): Promise<ReviewResult> {
  return database.withTransaction(async (client) => {
    const due = await client.query<{ id: string }>(
      `SELECT id FROM artifacts WHERE review_at <= now() ORDER BY review_at LIMIT $1 FOR UPDATE SKIP LOCKED`,
      [limit],
    );
    const ids = due.rows.map((row) => row.id);
    if (ids.length === 0) return { reviewed: 0, removed: [] };
    await putOff(client, ids, uploadDays);
    return { reviewed: ids.length, removed: await removeDue(client, ids) };
  });
}

/** Leaves `review_at` as it is where nothing needs the file. */
async function putOff(client: pg.PoolClient, ids: readonly string[], uploadDays: number): Promise<void> {
  await client.query(
    `UPDATE artifacts a SET review_at = need.next_review
     FROM (
       SELECT d.id,
         CASE
           WHEN ${isHeld} THEN NULL
           WHEN ${isUpload} AND d.created_at + make_interval(days => $2) > now()
             THEN d.created_at + make_interval(days => $2)
           WHEN ${isInMessage} THEN now() + interval '1 day'
           ELSE d.review_at
         END AS next_review
       FROM artifacts d WHERE d.id = ANY ($1::uuid[])
     ) need
     WHERE a.id = need.id`,
    [ids, uploadDays],
  );
}

/** The row of its execution or a reference is there: whoever deletes that sets the next review. */
const isHeld = `(
  EXISTS (SELECT FROM executions e WHERE e.id = d.execution_id AND e.data_deleted_at IS NULL)
  OR EXISTS (SELECT FROM artifact_refs r JOIN executions e ON e.id = r.holder_id AND e.data_deleted_at IS NULL
             WHERE r.artifact_id = d.id AND r.holder_kind = 'execution')
  OR EXISTS (SELECT FROM artifact_refs r JOIN workflow_versions v ON v.id = r.holder_id
             WHERE r.artifact_id = d.id AND r.holder_kind = 'version'))`;
const isUpload = 'd.execution_id IS NULL';
const isInMessage = `EXISTS (
  SELECT FROM artifact_refs r JOIN messages m ON m.id = r.holder_id AND m.body IS NOT NULL
  WHERE r.artifact_id = d.id AND r.holder_kind = 'message')`;

async function removeDue(
  client: pg.PoolClient,
  ids: readonly string[],
): Promise<{ projectId: string; bytes: number }[]> {
  // References that are left are of holders that are gone, or never came into being.
  await client.query(
    `DELETE FROM artifact_refs r USING artifacts a
     WHERE r.artifact_id = a.id AND a.id = ANY ($1::uuid[]) AND a.review_at <= now()`,
    [ids],
  );
  const removed = await client.query<{ project_id: string; bytes: number; sha256: string }>(
    `DELETE FROM artifacts WHERE id = ANY ($1::uuid[]) AND review_at <= now()
     RETURNING project_id, size_bytes::float8 AS bytes, sha256`,
    [ids],
  );
  await client.query(
    `WITH due AS (SELECT sha256 FROM contents WHERE sha256 = ANY ($1) ORDER BY sha256 FOR NO KEY UPDATE)
     UPDATE contents c SET review_at = now() + ${graceSql} FROM due WHERE c.sha256 = due.sha256`,
    [removed.rows.map((row) => row.sha256)],
  );
  return removed.rows.map((row) => ({ projectId: row.project_id, bytes: row.bytes }));
}
