/** How bytes are stored: as they are, or by Zstandard when that saves something. Hashes are of the bytes before. */
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';

export type Encoding = 'identity' | 'zstd';

/** Less is not worth the frame around it. */
const worthBytes = 1_024;
/** What compression must leave of the bytes at most. */
const worthRatio = 0.9;

export const zstdOptions = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };

const compressAsync = promisify(zstdCompress);
const decompressAsync = promisify(zstdDecompress);

export function isWorthCompressing(sizeBytes: number, compressedBytes: number): boolean {
  return sizeBytes >= worthBytes && compressedBytes <= sizeBytes * worthRatio;
}

/** In a thread of its own when there is much. */
export async function encodeBytes(bytes: Uint8Array): Promise<{ encoding: Encoding; bytes: Uint8Array }> {
  if (bytes.byteLength < worthBytes) return { encoding: 'identity', bytes };
  const compressed = await compressAsync(bytes, zstdOptions);
  return isWorthCompressing(bytes.byteLength, compressed.byteLength)
    ? { encoding: 'zstd', bytes: compressed }
    : { encoding: 'identity', bytes };
}

/** Throws when the bytes are damaged or hold more than `sizeBytes`. */
export async function decodeBytes(
  bytes: Uint8Array,
  encoding: Encoding,
  sizeBytes: number,
): Promise<Uint8Array> {
  if (encoding === 'identity') return bytes;
  return decompressAsync(bytes, { maxOutputLength: Math.max(1, sizeBytes) });
}
