import type { Queryable } from '../queryable.ts';

/**
 * The records of one execution become those of another (a trigger that is gathered into one that waits): the other needs
 * what they name from now on. In the transaction that moves the records, while the grace of the first still runs.
 */
export async function copyHolds(
  db: Queryable,
  { fromId, toId }: { fromId: string; toId: string },
): Promise<void> {
  await db.query(
    `WITH files AS (
       INSERT INTO artifact_refs (holder_kind, holder_id, artifact_id, project_id)
       SELECT holder_kind, $2, artifact_id, project_id FROM artifact_refs WHERE holder_id = $1
       ON CONFLICT DO NOTHING
     )
     INSERT INTO payload_refs (execution_id, sha256, project_id)
     SELECT $2, sha256, project_id FROM payload_refs WHERE execution_id = $1
     ON CONFLICT DO NOTHING`,
    [fromId, toId],
  );
}
