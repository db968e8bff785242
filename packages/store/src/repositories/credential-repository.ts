import type { CredentialData } from '@navette/contracts';
import type { CredentialSource } from '@navette/engine';
import { createUuid } from '@navette/kit';
import type { Vault } from '../vault/vault.ts';
import { appendAudit, type Change } from './audit-repository.ts';
import { createPage, decodeIdCursor, encodeCursor, type Page, type PageRequest } from './cursor.ts';
import { inTransaction } from './in-transaction.ts';
import type { QueryBuilder } from './query-builder.ts';
import { storeErrors } from './store-error.ts';
import type { Row } from './tables.ts';

export type CredentialRow = Omit<Row<'credentials'>, 'dataKeyId' | 'sealed'>;

export interface NewCredential {
  name: string;
  type: string;
  data: CredentialData;
  allowedHosts: readonly string[];
}

const shownColumns = ['id', 'projectId', 'name', 'type', 'allowedHosts', 'createdAt', 'updatedAt'] as const;

/** Credentials. Only `read` opens one, for the host at the moment of use. */
export class CredentialRepository implements CredentialSource {
  readonly #db: QueryBuilder;
  readonly #vault: Vault;

  constructor(db: QueryBuilder, vault: Vault) {
    this.#db = db;
    this.#vault = vault;
  }

  /** Newest first, without secrets. */
  async list(projectId: string, page: PageRequest): Promise<Page<CredentialRow>> {
    let query = this.#db
      .selectFrom('credentials')
      .select(shownColumns)
      .where('projectId', '=', projectId)
      .orderBy('id', 'desc')
      .limit(page.limit + 1);
    if (page.cursor !== undefined) query = query.where('id', '<', decodeIdCursor(page.cursor));
    return createPage(
      await query.execute(),
      page.limit,
      (row) => row,
      (row) => encodeCursor(row.id),
    );
  }

  /** Without the secret. Throws CREDENTIAL_UNKNOWN. */
  async describe(projectId: string, credentialId: string): Promise<CredentialRow> {
    const row = await this.#db
      .selectFrom('credentials')
      .select(shownColumns)
      .where('projectId', '=', projectId)
      .where('id', '=', credentialId)
      .executeTakeFirst();
    if (row === undefined) throw storeErrors.create('CREDENTIAL_UNKNOWN');
    return row;
  }

  /** The engine's port: decrypted for this moment. */
  async read(projectId: string, credentialId: string) {
    const row = await this.#db
      .selectFrom('credentials')
      .select(['type', 'allowedHosts', 'dataKeyId', 'sealed'])
      .where('projectId', '=', projectId)
      .where('id', '=', credentialId)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const data = JSON.parse(await this.#vault.unseal(row, credentialId)) as CredentialData;
    return { type: row.type, data, allowedHosts: row.allowedHosts };
  }

  create(change: Change, credential: NewCredential): Promise<CredentialRow> {
    return inTransaction(this.#db, async (trx) => {
      const id = createUuid();
      const { name, type } = credential;
      const row = await trx
        .insertInto('credentials')
        .values({
          id,
          projectId: change.projectId,
          name,
          type,
          allowedHosts: [...credential.allowedHosts],
          ...this.#vault.seal(JSON.stringify(credential.data), id),
        })
        .returning(shownColumns)
        .executeTakeFirstOrThrow();
      await appendAudit(trx, change, {
        action: 'credential-created',
        resourceKind: 'credential',
        resourceId: id,
        details: { name, type },
      });
      return row;
    });
  }

  /** Throws CREDENTIAL_UNKNOWN. The audit trail says which fields changed, never to what. */
  update(
    change: Change,
    credentialId: string,
    changes: {
      name?: string | undefined;
      data?: CredentialData | undefined;
      allowedHosts?: readonly string[] | undefined;
    },
  ): Promise<CredentialRow> {
    return this.#db.transaction().execute(async (trx) => {
      const { name, data, allowedHosts } = changes;
      const row = await trx
        .updateTable('credentials')
        .set({
          updatedAt: new Date(),
          ...(name === undefined ? {} : { name }),
          ...(allowedHosts === undefined ? {} : { allowedHosts: [...allowedHosts] }),
          ...(data === undefined ? {} : this.#vault.seal(JSON.stringify(data), credentialId)),
        })
        .where('projectId', '=', change.projectId)
        .where('id', '=', credentialId)
        .returning(shownColumns)
        .executeTakeFirst();
      if (row === undefined) throw storeErrors.create('CREDENTIAL_UNKNOWN');
      const changed = Object.entries(changes).flatMap(([key, value]) => (value === undefined ? [] : [key]));
      await appendAudit(trx, change, {
        action: 'credential-updated',
        resourceKind: 'credential',
        resourceId: credentialId,
        details: { changed },
      });
      return row;
    });
  }

  /** Throws CREDENTIAL_UNKNOWN. */
  async delete(change: Change, credentialId: string): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const row = await trx
        .deleteFrom('credentials')
        .where('projectId', '=', change.projectId)
        .where('id', '=', credentialId)
        .returning(['name', 'type'])
        .executeTakeFirst();
      if (row === undefined) throw storeErrors.create('CREDENTIAL_UNKNOWN');
      await appendAudit(trx, change, {
        action: 'credential-deleted',
        resourceKind: 'credential',
        resourceId: credentialId,
        details: { name: row.name, type: row.type },
      });
    });
  }
}
