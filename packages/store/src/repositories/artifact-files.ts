/**
 * The bytes of artifacts: one file per content under `artifacts/ab/cd/<sha256>`, never changed once it is there.
 *
 * Invariants:
 * 1. A file under its hash is complete and on disk: it is written aside, synced, renamed, and its folder synced.
 * 2. A row that names a hash is written after the file is there, so no row points to nothing.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { storeErrors } from './store-error.ts';

export type ArtifactSource = Uint8Array | string | AsyncIterable<Uint8Array>;

export interface StoredFile {
  sha256: string;
  sizeBytes: number;
}

const abandonedAfterMs = 3_600_000;

export class ArtifactFiles {
  readonly #root: string;
  readonly #temporary: string;

  /** `dataDir` exists; the folders below are made when they are needed. */
  constructor(dataDir: string) {
    this.#root = join(dataDir, 'artifacts');
    this.#temporary = join(this.#root, 'tmp');
  }

  /** Removes what processes that died left half written; younger files may be another process at work. */
  async prepare(): Promise<void> {
    await mkdir(this.#temporary, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#temporary)) {
      const path = join(this.#temporary, name);
      const found = await stat(path).catch(() => undefined);
      if (found && found.mtimeMs < Date.now() - abandonedAfterMs) await rm(path, { force: true });
    }
  }

  /** Stores bytes under their hash. Throws ARTIFACT_TOO_LARGE as soon as there are more than `maxBytes`. */
  async write(source: ArtifactSource, maxBytes = Number.MAX_SAFE_INTEGER): Promise<StoredFile> {
    if (typeof source === 'string' || source instanceof Uint8Array) {
      const data = typeof source === 'string' ? Buffer.from(source) : source;
      if (data.byteLength > maxBytes) throw createTooLarge(maxBytes);
      const stored = { sha256: createHash('sha256').update(data).digest('hex'), sizeBytes: data.byteLength };
      if (await this.#exists(stored)) return stored;
      return this.#writeAside([data], maxBytes);
    }
    return this.#writeAside(source, maxBytes);
  }

  /** Throws ARTIFACT_LOST, or ARTIFACT_DAMAGED when `verify` finds another hash. */
  async read(id: string, sha256: string, { verify = false } = {}): Promise<Buffer> {
    const data = await readFile(this.#pathOf(sha256)).catch((error) => {
      throw toReadError(id, error);
    });
    if (verify && createHash('sha256').update(data).digest('hex') !== sha256)
      throw storeErrors.create('ARTIFACT_DAMAGED', { params: { id } });
    return data;
  }

  /** A stream of the bytes. Throws ARTIFACT_LOST. */
  async openStream(id: string, sha256: string): Promise<Readable> {
    const path = this.#pathOf(sha256);
    await stat(path).catch((error) => {
      throw toReadError(id, error);
    });
    return createReadStream(path);
  }

  async #writeAside(
    chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    maxBytes: number,
  ): Promise<StoredFile> {
    await mkdir(this.#temporary, { recursive: true, mode: 0o700 });
    const path = join(this.#temporary, randomUUID());
    const file = await open(path, 'wx', 0o600);
    try {
      const stored = await writeHashed(file, chunks, maxBytes);
      await file.sync();
      await file.close();
      await this.#moveInPlace(path, stored);
      return stored;
    } catch (error) {
      await file.close().catch(() => {});
      await rm(path, { force: true });
      throw error;
    }
  }

  async #moveInPlace(path: string, stored: StoredFile): Promise<void> {
    if (await this.#exists(stored)) {
      await rm(path);
      return;
    }
    const target = this.#pathOf(stored.sha256);
    const folder = dirname(target);
    const made = await mkdir(folder, { recursive: true });
    await rename(path, target);
    await syncFolder(folder);
    // The entries of new folders live in the folders above.
    if (made !== undefined) {
      await syncFolder(dirname(folder));
      await syncFolder(this.#root);
    }
  }

  async #exists({ sha256, sizeBytes }: StoredFile): Promise<boolean> {
    const found = await stat(this.#pathOf(sha256)).catch(() => undefined);
    return found?.size === sizeBytes;
  }

  #pathOf(sha256: string): string {
    return join(this.#root, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  }
}

async function writeHashed(
  file: FileHandle,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<StoredFile> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) throw createTooLarge(maxBytes);
    hash.update(chunk);
    await file.writeFile(chunk);
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function createTooLarge(limitBytes: number) {
  return storeErrors.create('ARTIFACT_TOO_LARGE', { params: { limitBytes } });
}

function toReadError(id: string, error: unknown) {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return error;
  return storeErrors.create('ARTIFACT_LOST', { params: { id }, cause: error });
}
