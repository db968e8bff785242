import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
// @ts-expect-error plain JavaScript that runs before anything is installed
import { openMemoryFolder } from '../../scripts/setup/memory-folder.mjs';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'navette-memory-'));
});
afterEach(() => rmSync(base, { recursive: true }));

const open = (options: object = {}) =>
  openMemoryFolder({ base, environment: {}, freeBytes: () => 2 ** 34, ...options });
const enter = () => join(base, `navette-tests-${userInfo().uid}`);

test('tests get a folder that Postgres can enter, and leave none behind', () => {
  const folder = open();
  expect(folder.env).toEqual({ TMPDIR: enter() });
  expect(statSync(enter()).mode & 0o777).toBe(0o755);
  folder.close();
  expect(existsSync(enter())).toBe(false);
});

test('what another run has in it stays, what a run of the day before left goes', () => {
  for (const name of ['today', 'yesterday']) {
    mkdirSync(join(enter(), name), { recursive: true });
    writeFileSync(join(enter(), name, 'data'), '');
  }
  const then = Date.now() / 1_000 - 25 * 3_600;
  utimesSync(join(enter(), 'yesterday'), then, then);
  const folder = open();
  expect(existsSync(join(enter(), 'yesterday'))).toBe(false);
  folder.close();
  expect(existsSync(join(enter(), 'today', 'data'))).toBe(true);
});

test.each([
  ['without room in memory', { freeBytes: () => 2 ** 31 }],
  ['where there is no such place', { base: '/nowhere/at/all' }],
  ['when somebody has chosen another', { environment: { TMPDIR: '/var/tmp' } }],
])('the disk has to do %s', (_name, options) => {
  expect(open(options).env).toEqual({});
});
