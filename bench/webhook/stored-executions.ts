/** Proof that the answers of the webhook benchmark were durable executions and nothing less. */
import type pg from 'pg';

export interface Durability {
  fsync: string;
  synchronousCommit: string;
  fullPageWrites: string;
  postgres: string;
}

/** @throws Error when the database does not sync its writes to disk */
export async function assertDurable(store: pg.Client): Promise<Durability> {
  const show = async (name: string) =>
    Object.values((await store.query(`SHOW ${name}`)).rows[0])[0] as string;
  const durability = {
    fsync: await show('fsync'),
    synchronousCommit: await show('synchronous_commit'),
    fullPageWrites: await show('full_page_writes'),
    postgres: await show('server_version'),
  };
  if (
    durability.fsync !== 'on' ||
    durability.synchronousCommit !== 'on' ||
    durability.fullPageWrites !== 'on'
  )
    throw new Error(`The database is not durable: ${JSON.stringify(durability)}`);
  return durability;
}

export interface StoredCounts {
  executions: number;
  succeeded: number;
  /** Executions whose journal holds the data of every step that ran. */
  complete: number;
}

/** `steps`: completed steps that the journal of each execution must hold. */
export async function countStored(store: pg.Client, steps: number): Promise<StoredCounts> {
  const { rows } = await store.query<StoredCounts>(
    `WITH steps AS (
       SELECT journal.execution_id, count(*) AS completed
       FROM journal CROSS JOIN LATERAL json_array_elements(records::json) AS record
       WHERE record ->> 'type' = 'step-completed' AND record -> 'outputs' IS NOT NULL
       GROUP BY journal.execution_id
     )
     SELECT count(*)::int AS executions,
       count(*) FILTER (WHERE status = 'succeeded')::int AS succeeded,
       count(*) FILTER (WHERE completed >= $1)::int AS complete
     FROM executions LEFT JOIN steps ON steps.execution_id = executions.id`,
    [steps],
  );
  return rows[0]!;
}
