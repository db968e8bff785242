/**
 * The bytes of files by their hash: each content once, compressed when that saves something, in the storage of the
 * configuration. The table `contents` knows where and how each lies, so that what was stored before a change of the
 * configuration stays readable.
 *
 * Invariants:
 * 1. The row of a content is committed before its bytes are stored, and a row of `artifacts` after them: no file is
 *    unknown to the database, and no row of `artifacts` names bytes that are not there.
 * 2. Taking hold of a content puts its review off by the grace under the lock of its row; the collector removes bytes
 *    under that lock (retention/review-contents.ts). Whoever comes while it does waits, and then stores them anew.
 * 3. What a reader gets matches the hash, or it gets an error before the last byte.
 */
import { hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { sql } from 'kysely';
import type { Encoding } from '../payload/compression.ts';
import { graceSql } from '../payload/grace.ts';
import type { QueryBuilder } from '../repositories/query-builder.ts';
import { storeErrors } from '../repositories/store-error.ts';
import type { ArtifactStorage } from './artifact-storage.ts';
import { openVerified } from './open-verified.ts';
import { type ArtifactSource, removeSpooled, type SpooledFile, spoolContent } from './spool-content.ts';
import { toWriteError } from './storage-failure.ts';
import type { TemporaryFolder } from './temporary-folder.ts';

export interface StoredContent {
  sha256: string;
  sizeBytes: number;
}

interface ContentRow {
  storedBytes: number;
  sizeBytes: number;
  encoding: Encoding;
  location: ArtifactStorage['location'];
}

const grace = sql.raw(graceSql);

export class ContentStore {
  readonly #db: QueryBuilder;
  readonly #temporary: TemporaryFolder;
  readonly #storages: ReadonlyMap<string, ArtifactStorage>;
  readonly #current: ArtifactStorage;

  /** The first storage takes what is new; all of them are read. */
  constructor(options: {
    db: QueryBuilder;
    temporary: TemporaryFolder;
    storages: readonly [ArtifactStorage, ...ArtifactStorage[]];
  }) {
    this.#db = options.db;
    this.#temporary = options.temporary;
    this.#storages = new Map(options.storages.map((storage) => [storage.location, storage]));
    this.#current = options.storages[0];
  }

  /** Stores bytes under their hash. Throws ARTIFACT_TOO_LARGE, _DISK_FULL or _STORAGE_UNAVAILABLE. */
  async write(source: ArtifactSource, maxBytes = Number.MAX_SAFE_INTEGER): Promise<StoredContent> {
    try {
      return (await this.#holdKnown(source, maxBytes)) ?? (await this.#store(source, maxBytes));
    } catch (error) {
      throw toWriteError(error);
    }
  }

  /** All the bytes. Throws ARTIFACT_LOST or _DAMAGED, which name the file. */
  async read(artifactId: string, sha256: string): Promise<Buffer> {
    return buffer(await this.openStream(artifactId, sha256));
  }

  /** A stream of the bytes; it ends with ARTIFACT_DAMAGED when they are not what they were. Throws ARTIFACT_LOST. */
  async openStream(artifactId: string, sha256: string): Promise<Readable> {
    const row = await this.#db
      .selectFrom('contents')
      .select(['sizeBytes', 'storedBytes', 'encoding', 'location'])
      .where('sha256', '=', sha256)
      .executeTakeFirst();
    const storage = row && this.#findStorage(row.location);
    const raw = await storage?.open(encodeKey(sha256, row!.encoding));
    const place = describePlace(row?.location ?? this.#current.location);
    if (row === undefined || raw === undefined)
      throw storeErrors.create('ARTIFACT_LOST', { params: { id: artifactId, place } });
    return openVerified(raw, { ...row, sha256, artifactId, place });
  }

  /** Removes the bytes, however they lie. For the collector, which holds the lock of the row. */
  async delete(sha256: string, location: ArtifactStorage['location']): Promise<void> {
    const storage = this.#findStorage(location);
    await storage.delete(encodeKey(sha256, 'identity'));
    await storage.delete(encodeKey(sha256, 'zstd'));
  }

  /** Removes what processes that died left half written. */
  async cleanTemporary(): Promise<number> {
    return this.#temporary.clean();
  }

  /** Bytes that are in memory and known already need not be written again. */
  async #holdKnown(source: ArtifactSource, maxBytes: number): Promise<StoredContent | undefined> {
    if (typeof source !== 'string' && !(source instanceof Uint8Array)) return undefined;
    const sizeBytes = Buffer.byteLength(source);
    if (sizeBytes > maxBytes) return undefined;
    const sha256 = hash('sha256', source, 'hex');
    const row = await this.#db
      .updateTable('contents')
      .set({ reviewAt: sql`now() + ${grace}` })
      .where('sha256', '=', sha256)
      .returning(['sizeBytes', 'storedBytes', 'encoding', 'location'])
      .executeTakeFirst();
    return row && (await this.#isThere(sha256, row)) ? { sha256, sizeBytes } : undefined;
  }

  async #store(source: ArtifactSource, maxBytes: number): Promise<StoredContent> {
    const spooled = await spoolContent(source, { temporary: this.#temporary, maxBytes });
    const { sha256, sizeBytes } = spooled;
    try {
      const { made, ...row } = await this.#claimRow(spooled);
      if (made || !(await this.#isThere(sha256, row))) {
        await this.#current.put(encodeKey(sha256, spooled.encoding), spooled);
        await this.#claimRow(spooled, true);
      }
      return { sha256, sizeBytes };
    } finally {
      await removeSpooled(spooled);
    }
  }

  /** Makes the row or takes hold of it; `replace` writes down where the bytes are now. */
  async #claimRow(spooled: SpooledFile, replace = false): Promise<ContentRow & { made: boolean }> {
    const { sha256, sizeBytes, storedBytes, encoding } = spooled;
    const place = { storedBytes, encoding, location: this.#current.location };
    const reviewAt = sql<Date>`now() + ${grace}`;
    return this.#db
      .insertInto('contents')
      .values({ sha256, sizeBytes, ...place, reviewAt })
      .onConflict((conflict) =>
        conflict.column('sha256').doUpdateSet(replace ? { ...place, reviewAt } : { reviewAt }),
      )
      .returning(['sizeBytes', 'storedBytes', 'encoding', 'location', sql<boolean>`xmax = 0`.as('made')])
      .executeTakeFirstOrThrow();
  }

  /** Whether the bytes are where the row says. They may not be: a writer or a collector died, a disk was exchanged. */
  async #isThere(sha256: string, row: ContentRow): Promise<boolean> {
    const storage = this.#storages.get(row.location);
    return (await storage?.readSizeBytes(encodeKey(sha256, row.encoding))) === row.storedBytes;
  }

  #findStorage(location: ArtifactStorage['location']): ArtifactStorage {
    const storage = this.#storages.get(location);
    if (storage) return storage;
    const detail = 'it holds the file, and the configuration does not name it any more';
    throw storeErrors.create('ARTIFACT_STORAGE_UNAVAILABLE', {
      params: { detail: `the ${describePlace(location)}: ${detail}` },
    });
  }
}

function encodeKey(sha256: string, encoding: Encoding): string {
  return encoding === 'zstd' ? `${sha256}.zst` : sha256;
}

function describePlace(location: ArtifactStorage['location']): string {
  return location === 's3' ? 'S3 storage' : 'data folder';
}
