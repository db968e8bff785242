/**
 * Files of a folder: `artifacts/ab/cd/<key>`.
 *
 * Invariants:
 * 1. A file under its key is complete and on disk: it is written aside, synced, renamed, and its folder synced.
 * 2. A write that fails leaves nothing behind.
 */
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ArtifactStorage, SpooledContent } from './artifact-storage.ts';
import type { TemporaryFolder } from './temporary-folder.ts';

export class FileStorage implements ArtifactStorage {
  readonly location = 'files';
  readonly #root: string;
  readonly #temporary: TemporaryFolder;

  /** `temporary` is on the same file system. Folders are made when they are needed. */
  constructor(root: string, temporary: TemporaryFolder) {
    this.#root = root;
    this.#temporary = temporary;
  }

  async put(key: string, { source, storedBytes }: SpooledContent): Promise<void> {
    if ((await this.readSizeBytes(key)) === storedBytes) return;
    const path = source.path ?? (await this.#temporary.claimPath());
    try {
      if (source.bytes !== undefined) await writeFile(path, source.bytes, { flag: 'wx', mode: 0o600 });
      await syncPath(path);
      await this.#moveInPlace(path, this.#pathOf(key));
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  async open(key: string): Promise<Readable | undefined> {
    const path = this.#pathOf(key);
    if ((await this.readSizeBytes(key)) === undefined) return undefined;
    return createReadStream(path);
  }

  async readSizeBytes(key: string): Promise<number | undefined> {
    const found = await stat(this.#pathOf(key)).catch(ignoreMissing);
    return found?.size;
  }

  async delete(key: string): Promise<void> {
    await rm(this.#pathOf(key), { force: true });
  }

  async assertUsable(): Promise<void> {
    await mkdir(this.#root, { recursive: true });
  }

  async #moveInPlace(path: string, target: string): Promise<void> {
    const folder = dirname(target);
    const made = await mkdir(folder, { recursive: true });
    await rename(path, target);
    await syncPath(folder);
    // The entries of new folders live in the folders above.
    if (made !== undefined) {
      await syncPath(dirname(folder));
      await syncPath(this.#root);
    }
  }

  #pathOf(key: string): string {
    return join(this.#root, key.slice(0, 2), key.slice(2, 4), key);
  }
}

async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
