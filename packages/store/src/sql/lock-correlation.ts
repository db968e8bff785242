/**
 * Locks correlation keys until the transaction ends, in one order, so that a message and the wait for it cannot miss each
 * other. Take it before any row: whoever sends holds a key and then wants the row of an execution.
 */
import type { Queryable } from '../queryable.ts';

export interface Correlation {
  workflowId: string;
  channel: string;
  key: string;
}

export async function lockCorrelation(
  client: Queryable,
  correlations: readonly Correlation[],
): Promise<void> {
  if (correlations.length === 0) return;
  const names = correlations.map(({ workflowId, channel, key }) => `${workflowId} ${channel} ${key}`);
  await client.query(
    `SELECT pg_advisory_xact_lock(hash) FROM (
       SELECT DISTINCT hashtextextended(name, 7238814025) AS hash FROM unnest($1::text[]) AS name ORDER BY hash
     ) sorted`,
    [names],
  );
}
