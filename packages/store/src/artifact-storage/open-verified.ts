import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import { NavetteError } from '@navette/kit';
import type { Encoding } from '../payload/compression.ts';
import { storeErrors } from '../repositories/store-error.ts';

export interface ExpectedContent {
  sha256: string;
  sizeBytes: number;
  encoding: Encoding;
  /** For errors: the file as people know it, and where it lies. */
  artifactId: string;
  place: string;
}

/**
 * The bytes before compression, checked against their hash on the way. The last piece is held back until all is known to
 * be right, so that a reader never takes damaged bytes for a whole file: it gets ARTIFACT_DAMAGED instead.
 */
export function openVerified(raw: Readable, expected: ExpectedContent): Readable {
  return Readable.from(verify(raw, expected), { objectMode: false });
}

async function* verify(raw: Readable, expected: ExpectedContent): AsyncGenerator<Uint8Array> {
  const { artifactId, place, sha256, sizeBytes } = expected;
  const damaged = (cause?: unknown) =>
    storeErrors.create('ARTIFACT_DAMAGED', { params: { id: artifactId, place }, cause });
  const hash = createHash('sha256');
  let bytes = 0;
  let held: Uint8Array | undefined;
  try {
    for await (const chunk of decode(raw, expected.encoding)) {
      bytes += chunk.byteLength;
      if (bytes > sizeBytes) throw damaged();
      hash.update(chunk);
      if (held) yield held;
      held = chunk;
    }
  } catch (error) {
    if (NavetteError.is(error)) throw error;
    if (isDecodeError(error)) throw damaged(error);
    const detail = `the ${place} broke off: ${error instanceof Error ? error.message : String(error)}`;
    throw storeErrors.create('ARTIFACT_STORAGE_UNAVAILABLE', { params: { detail }, cause: error });
  }
  if (bytes !== sizeBytes || hash.digest('hex') !== sha256) throw damaged();
  if (held) yield held;
}

function decode(raw: Readable, encoding: Encoding): AsyncIterable<Uint8Array> {
  if (encoding === 'identity') return raw;
  const decompress = createZstdDecompress();
  // An error of either ends the other, and comes out of the loop that reads.
  pipeline(raw, decompress, () => {});
  return decompress;
}

function isDecodeError(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && /^(ZSTD_|Z_)/.test(code);
}
