/**
 * Who needs a file that it did not make: an execution whose records name it, a version with pinned data, a message that
 * waits for an execution.
 *
 * H1. The reference is committed before what names the file is, or with it.
 * H2. It is made under a lock of the file's row that the collector needs to remove it (retention/review-artifacts.ts), so
 *     that either the file stays or there is nothing to refer to any more.
 */
import { graceSql } from '../payload/grace.ts';
import type { Queryable } from '../queryable.ts';

export interface ArtifactHolder {
  kind: 'execution' | 'version' | 'message';
  /** Bare UUID. */
  id: string;
  projectId: string;
}

/** The files that a text names: bare UUIDs. Costs next to nothing when there are none. */
export function findArtifactIds(text: string): string[] {
  // One letter is looked for much faster than a word, and most records have none.
  if (!text.includes('_') || !text.includes('art_')) return [];
  const ids = new Set<string>();
  for (const [, hex] of text.matchAll(/art_([0-9a-f]{32})(?![0-9a-f])/g)) ids.add(hex!);
  return [...ids];
}

/** Keeps the files of this project that are there, apart from the holder's own. Others are passed over. */
export async function holdArtifacts(
  db: Queryable,
  holder: ArtifactHolder,
  artifactIds: readonly string[],
): Promise<void> {
  if (artifactIds.length === 0) return;
  await db.query(
    `WITH found AS (
       SELECT id, review_at FROM artifacts
       WHERE id = ANY ($4::uuid[]) AND project_id = $3 AND execution_id IS DISTINCT FROM $2
       ORDER BY id FOR KEY SHARE
     ), held AS (
       UPDATE artifacts a SET review_at = greatest(a.review_at, now() + ${graceSql})
       FROM found WHERE a.id = found.id AND a.review_at IS NOT NULL
     )
     INSERT INTO artifact_refs (holder_kind, holder_id, artifact_id, project_id)
     SELECT $1, $2, id, $3 FROM found ON CONFLICT DO NOTHING`,
    [holder.kind, holder.id, holder.projectId, artifactIds],
  );
}
