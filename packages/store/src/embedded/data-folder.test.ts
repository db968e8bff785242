import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assertFreeSpace, loadFreeBytes, openDataFolder } from './data-folder.ts';

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
  } finally {
    rmSync(root, { recursive: true });
  }
});
