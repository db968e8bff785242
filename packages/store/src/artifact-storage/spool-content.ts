/**
 * Takes bytes in: counts and hashes them, compresses them when a sample says that it is worth it, and keeps them in memory
 * while there are few, in a temporary file when there are more. So a stream of any length needs little memory.
 */
import { createHash, hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';
import { type Encoding, encodeBytes, zstdOptions } from '../payload/compression.ts';
import { storeErrors } from '../repositories/store-error.ts';
import type { SpooledContent } from './artifact-storage.ts';
import type { TemporaryFolder } from './temporary-folder.ts';

export type ArtifactSource = Uint8Array | string | AsyncIterable<Uint8Array>;

const memoryBytes = 256 * 1024;

export interface SpooledFile extends SpooledContent {
  /** Of the bytes before compression, as `sizeBytes`. */
  sha256: string;
  sizeBytes: number;
  encoding: Encoding;
}

/** Throws ARTIFACT_TOO_LARGE as soon as there are more than `maxBytes`. When it throws, nothing is left on disk. */
export async function spoolContent(
  source: ArtifactSource,
  { temporary, maxBytes }: { temporary: TemporaryFolder; maxBytes: number },
): Promise<SpooledFile> {
  const limited = limitBytes(toChunks(source), maxBytes);
  const head: Uint8Array[] = [];
  let headBytes = 0;
  for (;;) {
    const next = await limited.next();
    if (next.done) return spoolInMemory(Buffer.concat(head));
    head.push(next.value);
    headBytes += next.value.byteLength;
    if (headBytes > memoryBytes) break;
  }
  const path = await temporary.claimPath();
  try {
    return await spoolInFile(path, head, limited);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

export async function removeSpooled({ source }: SpooledContent): Promise<void> {
  if (source.path !== undefined) await rm(source.path, { force: true });
}

async function spoolInMemory(whole: Buffer): Promise<SpooledFile> {
  const sha256 = hash('sha256', whole, 'hex');
  const { encoding, bytes } = await encodeBytes(whole);
  const storedSha256 = encoding === 'identity' ? sha256 : hash('sha256', bytes, 'hex');
  const storedBytes = bytes.byteLength;
  return { sha256, sizeBytes: whole.byteLength, encoding, source: { bytes }, storedBytes, storedSha256 };
}

async function spoolInFile(
  path: string,
  head: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): Promise<SpooledFile> {
  const sample = Buffer.concat(head).subarray(0, memoryBytes);
  const { encoding } = await encodeBytes(sample);
  const before = new Counter();
  const after = new Counter();
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  const whole = before.count(follow(head, rest));
  if (encoding === 'zstd') {
    await pipeline(whole, createZstdCompress(zstdOptions), (chunks) => after.count(chunks), file);
  } else {
    await pipeline(whole, (chunks) => after.count(chunks), file);
  }
  return {
    sha256: before.digest(),
    sizeBytes: before.bytes,
    encoding,
    source: { path },
    storedBytes: after.bytes,
    storedSha256: after.digest(),
  };
}

class Counter {
  bytes = 0;
  readonly #hash = createHash('sha256');

  async *count(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.bytes += chunk.byteLength;
      this.#hash.update(chunk);
      yield chunk;
    }
  }

  digest(): string {
    return this.#hash.digest('hex');
  }
}

async function* follow(
  head: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function* toChunks(source: ArtifactSource): AsyncGenerator<Uint8Array> {
  if (typeof source === 'string') yield Buffer.from(source);
  else if (source instanceof Uint8Array) yield source;
  else yield* source;
}

async function* limitBytes(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes)
      throw storeErrors.create('ARTIFACT_TOO_LARGE', { params: { limitBytes: maxBytes } });
    yield chunk;
  }
}
