import type { Scope } from '@navette/contracts';
import { createUuid } from '@navette/kit';
import { createApiKeySecret, hashApiKeySecret, isApiKeySecret } from './api-key-secret.ts';
import { appendAudit, type Change } from './audit-repository.ts';
import { createPage, decodeIdCursor, encodeCursor, type Page, type PageRequest } from './cursor.ts';
import { inTransaction } from './in-transaction.ts';
import type { QueryBuilder } from './query-builder.ts';
import { storeErrors } from './store-error.ts';
import type { Row } from './tables.ts';

export type ApiKeyRow = Omit<Row<'apiKeys'>, 'secretSha256'>;

const shownColumns = [
  'id',
  'projectId',
  'name',
  'prefix',
  'scopes',
  'createdBy',
  'createdAt',
  'expiresAt',
  'lastUsedAt',
  'revokedAt',
] as const;

const usedEveryMs = 60_000;

export class ApiKeyRepository {
  readonly #db: QueryBuilder;

  constructor(db: QueryBuilder) {
    this.#db = db;
  }

  /** The secret is given this once and stored nowhere. */
  create(
    change: Change,
    key: { name: string; scopes: readonly Scope[]; expiresAt: Date | null; createdBy: string | null },
  ): Promise<ApiKeyRow & { secret: string }> {
    return inTransaction(this.#db, async (trx) => {
      const { secret, prefix, sha256 } = createApiKeySecret();
      const row = await trx
        .insertInto('apiKeys')
        .values({
          id: createUuid(),
          projectId: change.projectId,
          name: key.name,
          prefix,
          secretSha256: sha256,
          scopes: [...new Set(key.scopes)],
          createdBy: key.createdBy,
          expiresAt: key.expiresAt,
        })
        .returning(shownColumns)
        .executeTakeFirstOrThrow();
      await appendAudit(trx, change, {
        action: 'api-key-created',
        resourceKind: 'api-key',
        resourceId: row.id,
        details: { name: row.name, prefix, scopes: row.scopes },
      });
      return { ...row, secret };
    });
  }

  /** The key of a secret when it is neither revoked nor expired. Notes its use, at most once a minute. */
  async authenticate(secret: string): Promise<ApiKeyRow | undefined> {
    if (!isApiKeySecret(secret)) return undefined;
    const row = await this.#db
      .selectFrom('apiKeys')
      .select(shownColumns)
      .where('secretSha256', '=', hashApiKeySecret(secret))
      .where('revokedAt', 'is', null)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const now = Date.now();
    if (row.expiresAt !== null && row.expiresAt.getTime() <= now) return undefined;
    if (row.lastUsedAt === null || row.lastUsedAt.getTime() < now - usedEveryMs) {
      await this.#db
        .updateTable('apiKeys')
        .set({ lastUsedAt: new Date(now) })
        .where('projectId', '=', row.projectId)
        .where('id', '=', row.id)
        .execute();
    }
    return row;
  }

  /** Newest first; revoked ones too. */
  async list(projectId: string, page: PageRequest): Promise<Page<ApiKeyRow>> {
    let query = this.#db
      .selectFrom('apiKeys')
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

  /** Takes effect with the next request. Revoking again changes nothing. Throws API_KEY_NOT_FOUND. */
  async revoke(change: Change, keyId: string): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const row = await trx
        .selectFrom('apiKeys')
        .select(['name', 'revokedAt'])
        .where('projectId', '=', change.projectId)
        .where('id', '=', keyId)
        .forUpdate()
        .executeTakeFirst();
      if (row === undefined) throw storeErrors.create('API_KEY_NOT_FOUND');
      if (row.revokedAt !== null) return;
      await trx
        .updateTable('apiKeys')
        .set({ revokedAt: new Date() })
        .where('projectId', '=', change.projectId)
        .where('id', '=', keyId)
        .execute();
      await appendAudit(trx, change, {
        action: 'api-key-revoked',
        resourceKind: 'api-key',
        resourceId: keyId,
        details: { name: row.name },
      });
    });
  }
}
