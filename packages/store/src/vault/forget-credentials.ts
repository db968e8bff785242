/**
 * The way on when the master key is lost for good: without it nothing that was sealed can ever be read again, and no server
 * starts. Removes it all, so that the next start begins with a new key.
 * Locks: the data keys, so that nobody seals meanwhile.
 */
import { sql } from 'kysely';
import { appendAudit, systemActor } from '../repositories/audit-repository.ts';
import type { QueryBuilder } from '../repositories/query-builder.ts';
import { vaultErrors } from './vault-error.ts';

/** One that the database has heard of lately. */
const liveWorker = sql<{ host: string; pid: number }>`
  SELECT w.host, w.pid FROM workers w JOIN worker_heartbeats h ON h.worker_id = w.id
  WHERE w.state = 'alive' AND h.at > now() - interval '10 seconds' LIMIT 1`;

/** Gives the names of the credentials that are gone. Throws VAULT_MASTER_KEY_IN_USE while a worker lives. */
export function forgetCredentials(db: QueryBuilder): Promise<{ projectId: string; name: string }[]> {
  return db.transaction().execute(async (trx) => {
    const [worker] = (await liveWorker.execute(trx)).rows;
    if (worker) throw vaultErrors.create('VAULT_MASTER_KEY_IN_USE', { params: { ...worker } });
    await sql`LOCK TABLE data_keys IN ACCESS EXCLUSIVE MODE`.execute(trx);
    const gone = await trx.deleteFrom('credentials').returning(['id', 'projectId', 'name']).execute();
    await trx.deleteFrom('dataKeys').execute();
    for (const { id, projectId, name } of gone) {
      const entry = {
        action: 'credential-deleted',
        resourceKind: 'credential',
        resourceId: id,
        details: { name },
      };
      await appendAudit(trx, { projectId, actor: systemActor }, entry);
    }
    return gone.map(({ projectId, name }) => ({ projectId, name }));
  });
}
