/** What every storage of files must do. Each implementation runs it in its own test. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import type { ArtifactStorage, SpooledContent } from '../artifact-storage.ts';

export interface StorageUnderTest {
  storage: ArtifactStorage;
  close(): Promise<void>;
}

export function describeArtifactStorage(
  name: string,
  open: (folder: string) => Promise<StorageUnderTest>,
): void {
  describe(`${name}: artifact storage`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'navette-storage-'));
    const { storage, close } = await open(folder);
    afterAll(async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    });

    const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    const inMemory = (bytes: Buffer): SpooledContent => ({
      source: { bytes },
      storedBytes: bytes.byteLength,
      storedSha256: sha256(bytes),
    });
    const inFile = (bytes: Buffer): SpooledContent => {
      const path = join(folder, sha256(bytes).slice(0, 12));
      writeFileSync(path, bytes);
      return { ...inMemory(bytes), source: { path } };
    };
    const read = async (key: string) => {
      const stream = await storage.open(key);
      return stream && buffer(stream);
    };

    test('gives back what was stored, from memory and from a file', async () => {
      await storage.assertUsable();
      for (const [bytes, spool] of [
        [Buffer.from('hello'), inMemory],
        [Buffer.alloc(0), inMemory],
        [randomBytes(3_000_000), inFile],
      ] as const) {
        const key = sha256(bytes);
        expect(await storage.readSizeBytes(key)).toBeUndefined();
        await storage.put(key, spool(bytes));
        expect(await storage.readSizeBytes(key)).toBe(bytes.byteLength);
        expect((await read(key))?.equals(bytes)).toBe(true);
      }
    });

    test('keys with a suffix are keys of their own', async () => {
      const bytes = Buffer.from('plain');
      const key = sha256(bytes);
      await storage.put(`${key}.zst`, inMemory(Buffer.from('packed')));
      expect(await storage.readSizeBytes(key)).toBeUndefined();
      expect((await read(`${key}.zst`))?.toString()).toBe('packed');
    });

    test('storing twice, also at the same time, is as good as once', async () => {
      const bytes = randomBytes(50_000);
      const key = sha256(bytes);
      await Promise.all([1, 2, 3, 4].map(() => storage.put(key, inMemory(bytes))));
      await storage.put(key, inMemory(bytes));
      expect((await read(key))?.equals(bytes)).toBe(true);
    });

    test('what is not there has no size, no stream, and can be deleted', async () => {
      const key = sha256(randomBytes(8));
      expect(await storage.readSizeBytes(key)).toBeUndefined();
      expect(await storage.open(key)).toBeUndefined();
      await storage.delete(key);
    });

    test('what was deleted is gone, and can come back', async () => {
      const bytes = randomBytes(1_000);
      const key = sha256(bytes);
      await storage.put(key, inMemory(bytes));
      await storage.delete(key);
      expect(await storage.open(key)).toBeUndefined();
      await storage.put(key, inMemory(bytes));
      expect((await read(key))?.equals(bytes)).toBe(true);
    });

    test('a reader that leaves early leaves nothing open', async () => {
      const bytes = randomBytes(2_000_000);
      const key = sha256(bytes);
      await storage.put(key, inMemory(bytes));
      const stream = await storage.open(key);
      for await (const _ of stream!) break;
      expect(stream!.destroyed).toBe(true);
    });
  });
}
