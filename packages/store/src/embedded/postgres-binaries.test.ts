import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@navette/kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { assertRunnable, ensureExecutableBy, locatePostgresBinaries } from './postgres-binaries.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'navette-binaries-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('finds and runs the binaries of this machine', () => {
  const binaries = locatePostgresBinaries();
  expect(binaries.majorVersion).toBe(18);
  expect(() => assertRunnable(binaries)).not.toThrow();
});

test.each([
  ['win32', 'x64', 'STORE_PLATFORM_UNSUPPORTED', 'private sockets'],
  ['linux', 'ia32', 'STORE_PLATFORM_UNSUPPORTED', 'no binaries'],
  [process.platform === 'darwin' ? 'linux' : 'darwin', 'arm64', 'STORE_BINARIES_MISSING', 'arm64 is missing'],
])('%s %s: %s', (platform, arch, code, words) => {
  expect(() => locatePostgresBinaries(platform, arch)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(words) }),
  );
});

test('binaries that cannot run say why', () => {
  mkdirSync(join(folder, 'bin'));
  const path = join(folder, 'bin', 'postgres');
  const binaries = { root: folder, packageVersion: '18.0.0', majorVersion: 18 };
  const refuse = (words: string) =>
    expect(() => assertRunnable(binaries)).toThrow(
      expect.objectContaining({ code: 'STORE_BINARIES_UNUSABLE', message: expect.stringContaining(words) }),
    );
  writeFileSync(path, '#!/bin/sh\necho "no such library" >&2; exit 3\n', { mode: 0o755 });
  refuse('no such library');
  writeFileSync(path, '#!/no/such/loader\n', { mode: 0o755 });
  refuse('this system has no glibc');
  writeFileSync(path, '', { mode: 0o644 });
  rmSync(path);
  writeFileSync(path, '', { mode: 0o644 });
  refuse('EACCES');
});

test('binaries in a closed folder are copied once to where the other user reaches them', () => {
  const closed = join(folder, 'closed');
  mkdirSync(join(closed, 'bin'), { recursive: true });
  writeFileSync(join(closed, 'bin', 'postgres'), '#!/bin/sh\necho original\n', { mode: 0o755 });
  execFileSync('chmod', ['700', folder, closed]);
  const binaries = { root: closed, packageVersion: '18.0.0', majorVersion: 18 };
  const stranger = { name: 'stranger', uid: 54321, gid: 54321 };
  const cache = join(folder, 'cache');
  const copied = ensureExecutableBy(binaries, stranger, silentLogger, cache);
  expect(copied.root).toBe(join(cache, 'postgres-18.0.0'));
  expect(execFileSync(join(copied.root, 'bin', 'postgres'), { encoding: 'utf8' })).toBe('original\n');
  writeFileSync(join(copied.root, 'mark'), '');
  expect(ensureExecutableBy(binaries, stranger, silentLogger, cache)).toEqual(copied);
  const owner = { ...stranger, uid: process.getuid!() };
  execFileSync('chmod', ['755', folder]);
  expect(ensureExecutableBy(binaries, owner, silentLogger, cache)).toBe(binaries);
});
