import { mkdtempSync, rmSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assertFreeSpace, loadFreeBytes, openDataFolder } from './data-folder.ts';
import { acquireDataFolderLock } from './data-folder-lock.ts';

test('creates the folder and returns its real path; a full disk is told in megabytes', () => {
  const root = mkdtempSync(join(tmpdir(), 'navette-folder-'));
  try {
    const path = openDataFolder(join(root, 'a', '..', 'b'));
    expect(path).toBe(join(root, 'b'));
    expect(() => assertFreeSpace(path, 1)).not.toThrow();
    const neededBytes = 1024 ** 5;
    expect(() => assertFreeSpace(path, neededBytes)).toThrow(
      expect.objectContaining({
        code: 'STORE_DISK_FULL',
        message: expect.stringMatching(/is full: \d+ MB left, 1073741824 MB needed$/),
      }),
    );
    expect(loadFreeBytes(path)).toBeGreaterThan(0);
    const deep = openDataFolder(join(root, 'c', 'd', 'e'));
    expect(statSync(deep).mode & 0o066).toBe(0);
    expect(openDataFolder(deep)).toBe(deep);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test.runIf(process.platform === 'linux')(
  'a place where nothing can be made is refused, not tried for ever',
  () => {
    expect(() => openDataFolder('/proc/navette/data')).toThrow(
      expect.objectContaining({
        code: 'STORE_DATA_NOT_WRITABLE',
        message: expect.stringContaining('no folder can be made there'),
      }),
    );
  },
);

test('a file in the way is named', () => {
  const root = mkdtempSync(join(tmpdir(), 'navette-folder-'));
  try {
    writeFileSync(join(root, 'file'), '');
    for (const [path, reason] of [
      [join(root, 'file'), 'there is a file of that name'],
      [join(root, 'file', 'data'), 'part of the path is a file'],
    ] as const)
      expect(() => openDataFolder(path)).toThrow(
        expect.objectContaining({ message: expect.stringContaining(reason) }),
      );
  } finally {
    rmSync(root, { recursive: true });
  }
});

test.runIf(process.platform === 'linux')(
  'a disk without a byte left is told, and the folder is free again',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'navette-full-'));
    try {
      symlinkSync('/dev/full', join(root, 'navette.lock.json'));
      await expect(acquireDataFolderLock(root)).rejects.toMatchObject({ code: 'STORE_DISK_FULL' });
      unlinkSync(join(root, 'navette.lock.json'));
      (await acquireDataFolderLock(root)).release();
    } finally {
      rmSync(root, { recursive: true });
    }
  },
);
