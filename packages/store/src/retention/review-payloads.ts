/**
 * Removes payloads that no execution needs any more. The second half of the two: the first set `review_at`, a grace ago.
 * Locks: the payloads that are due, skipping those that a writer has; whoever wants one waits, and then stores it anew.
 * The references are read by a later statement, so that those which were committed before the lock are seen.
 * Indexes: payloads_review, payload_refs_by_payload.
 */
import type { Database } from '../database.ts';

export interface ReviewResult {
  /** How many were looked at: fewer than the limit means that none is left. */
  reviewed: number;
  removed: readonly { projectId: string; bytes: number }[];
}

export async function reviewPayloads(database: Database, limit: number): Promise<ReviewResult> {
  return database.withTransaction(async (client) => {
    const due = await client.query<{ project_id: string; sha256: Buffer }>(
      `SELECT project_id, sha256 FROM payloads WHERE review_at <= now()
       ORDER BY review_at LIMIT $1 FOR UPDATE SKIP LOCKED`,
      [limit],
    );
    if (due.rows.length === 0) return { reviewed: 0, removed: [] };
    const keys = [due.rows.map((row) => row.project_id), due.rows.map((row) => row.sha256)];
    await client.query(
      `UPDATE payloads p SET review_at = NULL
       FROM unnest($1::uuid[], $2::bytea[]) AS due(project_id, sha256)
       WHERE p.project_id = due.project_id AND p.sha256 = due.sha256 AND EXISTS (
         SELECT FROM payload_refs r JOIN executions e ON e.id = r.execution_id AND e.data_deleted_at IS NULL
         WHERE r.project_id = p.project_id AND r.sha256 = p.sha256)`,
      keys,
    );
    // References that are left are of executions that never came into being.
    await client.query(
      `DELETE FROM payload_refs r USING payloads p, unnest($1::uuid[], $2::bytea[]) AS due(project_id, sha256)
       WHERE p.project_id = due.project_id AND p.sha256 = due.sha256 AND p.review_at IS NOT NULL
         AND r.project_id = p.project_id AND r.sha256 = p.sha256`,
      keys,
    );
    const removed = await client.query<{ project_id: string; bytes: number }>(
      `DELETE FROM payloads p USING unnest($1::uuid[], $2::bytea[]) AS due(project_id, sha256)
       WHERE p.project_id = due.project_id AND p.sha256 = due.sha256 AND p.review_at IS NOT NULL
       RETURNING p.project_id, length(p.bytes) AS bytes`,
      keys,
    );
    return {
      reviewed: due.rows.length,
      removed: removed.rows.map((row) => ({ projectId: row.project_id, bytes: row.bytes })),
    };
  });
}
