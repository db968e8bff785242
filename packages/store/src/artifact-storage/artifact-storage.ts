import type { Readable } from 'node:stream';

/** Bytes on their way into a storage: in memory, or in a file of their own that the storage may take away. */
export type SpooledBytes = { bytes: Uint8Array; path?: undefined } | { path: string; bytes?: undefined };

/** What a storage is given with the bytes. */
export interface SpooledContent {
  source: SpooledBytes;
  storedBytes: number;
  /** Of the bytes as they are stored, in hex: a storage at the other end of a network checks what it received. */
  storedSha256: string;
}

/**
 * Where the bytes of files lie, each under a key that names its content, so that bytes under a key never change. A key is
 * hexadecimal digits, perhaps with a suffix (".zst"). Implementations: file-storage.ts, s3-storage.ts; what all of them
 * must do is in testing/artifact-storage-conformance.ts.
 */
export interface ArtifactStorage {
  readonly location: 'files' | 's3';
  /** Stores under a key, whole or not at all; durable when it resolves. Twice is as good as once. */
  put(key: string, content: SpooledContent): Promise<void>;
  /** A stream of the bytes; undefined when there are none. */
  open(key: string): Promise<Readable | undefined>;
  /** Undefined when there are none. */
  readSizeBytes(key: string): Promise<number | undefined>;
  /** Removes the bytes. None there is as good. */
  delete(key: string): Promise<void>;
  /** Throws, with what to do, when the storage cannot be used. */
  assertUsable(): Promise<void>;
}
