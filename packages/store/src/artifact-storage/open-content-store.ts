import { join } from 'node:path';
import type { Logger } from '@navette/kit';
import type { QueryBuilder } from '../repositories/query-builder.ts';
import type { ArtifactStorage } from './artifact-storage.ts';
import { ContentStore } from './content-store.ts';
import { FileStorage } from './file-storage.ts';
import type { S3Options } from './s3-client.ts';
import { S3Storage } from './s3-storage.ts';
import { TemporaryFolder } from './temporary-folder.ts';

export interface ContentStoreOptions {
  db: QueryBuilder;
  /** Where files go, and what is under way to S3; exists. */
  dataDir: string;
  /** New files go there instead of the data folder. */
  s3?: S3Options | undefined;
  logger?: Logger | undefined;
}

/** Opens the storages that the configuration names, and clears away what dead processes left half written. */
export async function openContentStore({
  db,
  dataDir,
  s3,
  logger,
}: ContentStoreOptions): Promise<ContentStore> {
  const root = join(dataDir, 'artifacts');
  const temporary = new TemporaryFolder(join(root, 'tmp'));
  await temporary.clean();
  const files: ArtifactStorage = new FileStorage(root, temporary);
  const storages = s3 ? ([new S3Storage(s3, logger ? { logger } : {}), files] as const) : ([files] as const);
  return new ContentStore({ db, temporary, storages });
}
