import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileStorage } from './file-storage.ts';
import { TemporaryFolder } from './temporary-folder.ts';
import { describeArtifactStorage } from './testing/artifact-storage-conformance.ts';

describeArtifactStorage('FileStorage', async (folder) => ({
  storage: new FileStorage(join(folder, 'artifacts'), new TemporaryFolder(join(folder, 'artifacts', 'tmp'))),
  close: async () => {},
}));

test('files are for their owner only, in folders by the start of the key', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'navette-files-'));
  try {
    const temporary = new TemporaryFolder(join(folder, 'tmp'));
    const storage = new FileStorage(folder, temporary);
    const bytes = Buffer.from('x');
    await storage.put('abcdef', { source: { bytes }, storedBytes: 1, storedSha256: '' });
    expect(statSync(join(folder, 'ab', 'cd', 'abcdef')).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a write that fails leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'navette-files-'));
  try {
    const storage = new FileStorage(folder, new TemporaryFolder(join(folder, 'tmp')));
    // In the way.
    mkdirSync(join(folder, 'ab', 'cd', 'abcdef'), { recursive: true });
    const content = { source: { bytes: Buffer.from('x') }, storedBytes: 1, storedSha256: '' };
    await expect(storage.put('abcdef', content)).rejects.toMatchObject({ syscall: 'rename' });
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('what dead processes left half written is removed, what is younger may be at work', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'navette-files-'));
  try {
    const temporary = new TemporaryFolder(folder);
    writeFileSync(join(folder, 'old'), 'half');
    writeFileSync(join(folder, 'young'), 'half');
    const before = Date.now() / 1000 - 3_601;
    utimesSync(join(folder, 'old'), before, before);
    expect(await temporary.clean()).toBe(1);
    expect(readdirSync(folder)).toEqual(['young']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
