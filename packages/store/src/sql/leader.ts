/** Who runs the loops that one process runs for all, as everybody can see it. Times are the database's. */
import type { ClientBase } from 'pg';

export interface LeaderInfo {
  holder: string;
  host: string;
  pid: number;
  version: string;
  electedAt: Date;
  /** Since it was last heard of. */
  silenceMs: number;
}

export async function readLeader(client: Pick<ClientBase, 'query'>): Promise<LeaderInfo | undefined> {
  const result = await client.query<LeaderInfo>(
    `SELECT holder, host, pid, version, elected_at AS "electedAt",
       (extract(epoch FROM now() - beat_at) * 1000)::float8 AS "silenceMs"
     FROM scheduler_leader`,
  );
  return result.rows[0];
}
