/**
 * Removes bytes that no file has any more, from wherever they lie.
 * Locks: the contents that are due, skipping those that a writer has, while the bytes are removed: whoever wants to store
 * the same bytes waits, and then stores them anew. A process that dies in between leaves a row without bytes, which the
 * next review removes and a writer notices. Indexes: contents_review, artifacts_by_content.
 */
import type { Logger } from '@navette/kit';
import type { ContentStore } from '../artifact-storage/content-store.ts';
import type { Database } from '../database.ts';

export interface ContentReview {
  reviewed: number;
  removed: number;
  bytes: number;
}

export async function reviewContents(options: {
  database: Database;
  contents: ContentStore;
  limit: number;
  logger: Logger;
}): Promise<ContentReview> {
  const { database, contents, limit, logger } = options;
  return database.withTransaction(async (client) => {
    const due = await client.query<{ sha256: string }>(
      `SELECT sha256 FROM contents WHERE review_at <= now() ORDER BY review_at LIMIT $1 FOR UPDATE SKIP LOCKED`,
      [limit],
    );
    const hashes = due.rows.map((row) => row.sha256);
    if (hashes.length === 0) return { reviewed: 0, removed: 0, bytes: 0 };
    await client.query(
      `UPDATE contents c SET review_at = NULL
       WHERE c.sha256 = ANY ($1) AND EXISTS (SELECT FROM artifacts a WHERE a.sha256 = c.sha256)`,
      [hashes],
    );
    const free = await client.query<{ sha256: string; location: 'files' | 's3'; bytes: number }>(
      `SELECT sha256, location, stored_bytes::float8 AS bytes FROM contents
       WHERE sha256 = ANY ($1) AND review_at IS NOT NULL`,
      [hashes],
    );
    const gone: typeof free.rows = [];
    const kept: string[] = [];
    await Promise.all(
      free.rows.map(async (row) => {
        try {
          await contents.delete(row.sha256, row.location);
          gone.push(row);
        } catch (error) {
          kept.push(row.sha256);
          logger.warn({ err: error, sha256: row.sha256 }, 'Bytes could not be removed; trying again later');
        }
      }),
    );
    await client.query('DELETE FROM contents WHERE sha256 = ANY ($1)', [gone.map((row) => row.sha256)]);
    await client.query(`UPDATE contents SET review_at = now() + interval '1 hour' WHERE sha256 = ANY ($1)`, [
      kept,
    ]);
    return {
      reviewed: hashes.length,
      removed: gone.length,
      bytes: gone.reduce((sum, row) => sum + row.bytes, 0),
    };
  });
}
