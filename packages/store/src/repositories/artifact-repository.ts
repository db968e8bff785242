import type { Readable } from 'node:stream';
import { createUuid, encodeId } from '@navette/kit';
import { sql } from 'kysely';
import type { ContentStore, StoredContent } from '../artifact-storage/content-store.ts';
import type { ArtifactSource } from '../artifact-storage/spool-content.ts';
import { graceSql } from '../payload/grace.ts';
import { createPage, decodeIdCursor, encodeCursor, type Page, type PageRequest } from './cursor.ts';
import type { QueryBuilder } from './query-builder.ts';
import { storeErrors } from './store-error.ts';
import type { Row } from './tables.ts';

export type ArtifactRow = Omit<Row<'artifacts'>, 'reviewAt'>;

const columns = [
  'id',
  'projectId',
  'sha256',
  'sizeBytes',
  'fileName',
  'mediaType',
  'executionId',
  'stepPath',
  'createdAt',
] as const;

interface ArtifactPlace {
  projectId: string;
  fileName: string;
  mediaType: string;
  executionId?: string;
  stepPath?: string;
}

export interface NewArtifact extends ArtifactPlace {
  data: ArtifactSource;
  maxBytes?: number;
}

/** Files by id, with their bytes by content hash. */
export class ArtifactRepository {
  readonly #db: QueryBuilder;
  readonly #contents: ContentStore;

  constructor(db: QueryBuilder, contents: ContentStore) {
    this.#db = db;
    this.#contents = contents;
  }

  /**
   * Stores a file. A step that runs again after a crash and writes the same file gets the row that is there already.
   * Throws ARTIFACT_TOO_LARGE, _DISK_FULL or _STORAGE_UNAVAILABLE; nothing of the file is kept then.
   */
  async write(artifact: NewArtifact): Promise<ArtifactRow> {
    return this.add(artifact, await this.#contents.write(artifact.data, artifact.maxBytes));
  }

  /** The file of a content that was stored just now. */
  async add(artifact: ArtifactPlace, { sha256, sizeBytes }: StoredContent): Promise<ArtifactRow> {
    const values = {
      projectId: artifact.projectId,
      sha256,
      sizeBytes,
      fileName: artifact.fileName,
      mediaType: artifact.mediaType,
      executionId: artifact.executionId ?? null,
      stepPath: artifact.stepPath ?? null,
    };
    const existing = await this.#findTwin(values);
    if (existing !== undefined) return existing;
    return this.#db
      .insertInto('artifacts')
      .values({ id: createUuid(), ...values, reviewAt: sql`now() + ${sql.raw(graceSql)}` })
      .returning(columns)
      .executeTakeFirstOrThrow();
  }

  /** Throws ARTIFACT_NOT_FOUND. */
  async read(projectId: string, artifactId: string): Promise<ArtifactRow> {
    const row = await this.#db
      .selectFrom('artifacts')
      .select(columns)
      .where('projectId', '=', projectId)
      .where('id', '=', artifactId)
      .executeTakeFirst();
    if (row === undefined) throw storeErrors.create('ARTIFACT_NOT_FOUND');
    return row;
  }

  /** The bytes. Throws ARTIFACT_NOT_FOUND, _LOST or _DAMAGED. */
  async readContent(projectId: string, artifactId: string): Promise<Buffer> {
    const row = await this.read(projectId, artifactId);
    return this.#contents.read(encodeId('artifact', row.id), row.sha256);
  }

  /** A stream of the bytes, which ends with ARTIFACT_DAMAGED when they are not what they were. Throws ARTIFACT_LOST. */
  openContent(row: ArtifactRow): Promise<Readable> {
    return this.#contents.openStream(encodeId('artifact', row.id), row.sha256);
  }

  /** Newest first; those of one execution when it is given. */
  async list(projectId: string, page: PageRequest & { executionId?: string }): Promise<Page<ArtifactRow>> {
    let query = this.#db
      .selectFrom('artifacts')
      .select(columns)
      .where('projectId', '=', projectId)
      .orderBy('id', 'desc')
      .limit(page.limit + 1);
    if (page.executionId !== undefined) query = query.where('executionId', '=', page.executionId);
    if (page.cursor !== undefined) query = query.where('id', '<', decodeIdCursor(page.cursor));
    return createPage(
      await query.execute(),
      page.limit,
      (row) => row,
      (row) => encodeCursor(row.id),
    );
  }

  async #findTwin(values: Omit<ArtifactRow, 'id' | 'createdAt'>): Promise<ArtifactRow | undefined> {
    const { executionId, stepPath } = values;
    if (executionId === null || stepPath === null) return undefined;
    return this.#db
      .selectFrom('artifacts')
      .select(columns)
      .where('projectId', '=', values.projectId)
      .where('executionId', '=', executionId)
      .where('stepPath', '=', stepPath)
      .where('sha256', '=', values.sha256)
      .where('fileName', '=', values.fileName)
      .where('mediaType', '=', values.mediaType)
      .executeTakeFirst();
  }
}
