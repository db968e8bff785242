import { chmodSync, mkdirSync, mkdtempSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chooseUnprivilegedUser, isReachable } from './unprivileged-user.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'navette-user-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function writePasswd(...lines: string[]): string {
  const path = join(folder, 'passwd');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const root = 'root:x:0:0:root:/root:/bin/bash';
const nobody = 'nobody:x:65534:65533:nobody:/:/usr/sbin/nologin';
const navette = 'navette:x:990:991::/:/usr/sbin/nologin';

test('prefers a user of its own over one that others share', () => {
  expect(chooseUnprivilegedUser(undefined, writePasswd(root, nobody, navette))).toEqual({
    name: 'navette',
    uid: 990,
    gid: 991,
  });
  expect(chooseUnprivilegedUser(undefined, writePasswd(root, nobody)).uid).toBe(65534);
});

test('existing data decides, unless it belongs to root', () => {
  const passwd = writePasswd(root, nobody);
  const owned = (uid: number) => ({ uid, gid: 7 }) as Stats;
  expect(chooseUnprivilegedUser(owned(4711), passwd)).toEqual({ name: '4711', uid: 4711, gid: 7 });
  expect(chooseUnprivilegedUser(owned(0), passwd).name).toBe('nobody');
});

test('never root, whatever it is called', () => {
  const passwd = writePasswd(root, 'navette:x:0:0::/:/bin/sh');
  expect(() => chooseUnprivilegedUser(undefined, passwd)).toThrow('no unprivileged user');
});

test('a path is reachable when every folder on the way lets the user pass', () => {
  const inner = join(folder, 'a', 'b');
  mkdirSync(inner, { recursive: true });
  const stranger = { name: 'stranger', uid: 54321, gid: 54321 };
  for (const path of [folder, join(folder, 'a'), inner]) chmodSync(path, 0o711);
  expect(isReachable(inner, stranger)).toBe(true);
  chmodSync(join(folder, 'a'), 0o710);
  expect(isReachable(inner, stranger)).toBe(false);
  const { gid } = statSync(inner);
  expect(isReachable(inner, { ...stranger, gid })).toBe(true);
});
