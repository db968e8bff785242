/**
 * Seals secrets under data keys, which are themselves sealed ("wrapped") under the master key.
 *
 * Invariants:
 * 1. Plain data keys and secrets exist in memory only.
 * 2. A vault opens only when the master key unwraps every data key of the database.
 * 3. What is sealed is bound to its row: bytes moved to another row do not open.
 * 4. Signatures are made with keys of their own, one for each purpose; a signature for one is none for another.
 */
import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { createUuid } from '@navette/kit';
import { sql } from 'kysely';
import type { QueryBuilder } from '../repositories/query-builder.ts';
import type { MasterKey } from './master-key.ts';
import { keyBytes, seal, unseal } from './seal.ts';
import { vaultErrors } from './vault-error.ts';

export interface Sealed {
  dataKeyId: string;
  sealed: Buffer;
}

export interface Signature {
  /** The data key behind it. */
  keyId: string;
  mac: Buffer;
}

/** How often a key that nobody knows may make us look for new ones. */
const reloadMs = 10_000;

/** Any fixed number: held while data keys are made or wrapped anew. */
const keyLock = 7_238_814_023;

export class Vault {
  readonly #db: QueryBuilder;
  #masterKey: MasterKey;
  readonly #dataKeys = new Map<string, Buffer>();
  #currentId = '';
  readonly #signingKeys = new Map<string, Buffer>();
  #reloadedAt = 0;

  private constructor(db: QueryBuilder, masterKey: MasterKey) {
    this.#db = db;
    this.#masterKey = masterKey;
  }

  /** Makes the first data key when there is none. Throws VAULT_MASTER_KEY_WRONG. */
  static async open(db: QueryBuilder, masterKey: MasterKey): Promise<Vault> {
    const vault = new Vault(db, masterKey);
    await vault.#loadDataKeys();
    if (vault.#currentId === '') await vault.#addDataKey({ onlyFirst: true });
    return vault;
  }

  /** Seals under the newest data key; `rowId` binds the bytes to their row. */
  seal(secret: string, rowId: string): Sealed {
    const key = this.#dataKeys.get(this.#currentId)!;
    return { dataKeyId: this.#currentId, sealed: seal(key, Buffer.from(secret), rowId) };
  }

  /** Throws VAULT_SEAL_BROKEN. */
  async unseal({ dataKeyId, sealed }: Sealed, rowId: string): Promise<string> {
    // Another process may have rotated the data key since this one started.
    if (!this.#dataKeys.has(dataKeyId)) await this.#loadDataKeys();
    const key = this.#dataKeys.get(dataKeyId);
    if (key === undefined) throw vaultErrors.create('VAULT_SEAL_BROKEN');
    return unseal(key, sealed, rowId).toString('utf8');
  }

  /** The newest data key: what is sealed and signed from now on. */
  get currentKeyId(): string {
    return this.#currentId;
  }

  /** HMAC-SHA-256 under a key that is derived from the newest data key. The same data gives the same signature. */
  sign(purpose: string, data: Uint8Array): Signature {
    return { keyId: this.#currentId, mac: this.#createMac(this.#currentId, purpose, data) };
  }

  /** In constant time. Signatures of data keys that have been rotated away are not good any more. */
  async verify(purpose: string, data: Uint8Array, { keyId, mac }: Signature): Promise<boolean> {
    if (!this.#dataKeys.has(keyId) && Date.now() - this.#reloadedAt > reloadMs) {
      this.#reloadedAt = Date.now();
      await this.#loadDataKeys();
    }
    const isKnown = this.#dataKeys.has(keyId);
    const expected = this.#createMac(isKnown ? keyId : this.#currentId, purpose, data);
    return mac.length === expected.length && timingSafeEqual(mac, expected) && isKnown;
  }

  /**
   * Seals every credential anew under a fresh data key and forgets the old keys. Readers go on meanwhile: each row is
   * changed with its key in one step. Gives how many were sealed anew.
   */
  async rotateDataKey(): Promise<number> {
    await this.#addDataKey({ onlyFirst: false });
    let count = 0;
    for (;;) {
      const done = await this.#resealBatch();
      if (done === 0) break;
      count += done;
    }
    await this.#db
      .deleteFrom('dataKeys')
      .where('id', '!=', this.#currentId)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('credentials').select('id').whereRef('credentials.dataKeyId', '=', 'dataKeys.id'),
          ),
        ),
      )
      .execute();
    return count;
  }

  /** Wraps every data key anew. Keep the new key safe before calling this: the old one opens nothing afterwards. */
  async rotateMasterKey(next: MasterKey): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      await sql`SELECT pg_advisory_xact_lock(${keyLock})`.execute(trx);
      for (const row of await trx.selectFrom('dataKeys').selectAll().execute()) {
        const key = this.#unwrap(row.id, row.wrapped);
        await trx
          .updateTable('dataKeys')
          .set({ wrapped: seal(next.bytes, key, row.id) })
          .where('id', '=', row.id)
          .execute();
      }
    });
    this.#masterKey = next;
  }

  async #resealBatch(): Promise<number> {
    return this.#db.transaction().execute(async (trx) => {
      const rows = await trx
        .selectFrom('credentials')
        .select(['id', 'projectId', 'dataKeyId', 'sealed'])
        .where('dataKeyId', '!=', this.#currentId)
        .limit(100)
        .forUpdate()
        .execute();
      for (const row of rows) {
        const next = this.seal(await this.unseal(row, row.id), row.id);
        await trx
          .updateTable('credentials')
          .set(next)
          .where('projectId', '=', row.projectId)
          .where('id', '=', row.id)
          .execute();
      }
      return rows.length;
    });
  }

  async #addDataKey({ onlyFirst }: { onlyFirst: boolean }): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      await sql`SELECT pg_advisory_xact_lock(${keyLock})`.execute(trx);
      const existing = await trx.selectFrom('dataKeys').select('id').limit(1).execute();
      if (onlyFirst && existing.length > 0) return;
      const id = createUuid();
      const wrapped = seal(this.#masterKey.bytes, randomBytes(keyBytes), id);
      await trx.insertInto('dataKeys').values({ id, wrapped }).execute();
    });
    await this.#loadDataKeys();
  }

  async #loadDataKeys(): Promise<void> {
    const rows = await this.#db.selectFrom('dataKeys').selectAll().orderBy('id').execute();
    for (const row of rows) {
      this.#dataKeys.set(row.id, this.#unwrap(row.id, row.wrapped));
      this.#currentId = row.id;
    }
  }

  #createMac(keyId: string, purpose: string, data: Uint8Array): Buffer {
    const name = `${keyId} ${purpose}`;
    let key = this.#signingKeys.get(name);
    if (key === undefined) {
      const salt = Buffer.alloc(0);
      key = Buffer.from(hkdfSync('sha256', this.#dataKeys.get(keyId)!, salt, `navette ${purpose}`, keyBytes));
      this.#signingKeys.set(name, key);
    }
    return createHmac('sha256', key).update(data).digest();
  }

  #unwrap(id: string, wrapped: Buffer): Buffer {
    try {
      return unseal(this.#masterKey.bytes, wrapped, id);
    } catch (cause) {
      const params = { source: this.#masterKey.source };
      throw vaultErrors.create('VAULT_MASTER_KEY_WRONG', { params, cause });
    }
  }
}
