import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadMigrations } from './migration-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'navette-migrations-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text = 'SELECT 1;\n') => writeFileSync(join(folder, name), text);

test('loads them in order, whatever the line ends', () => {
  write('0002_two.sql', 'SELECT 2;\r\n');
  write('0001_one.sql');
  write('README.md', 'not a migration');
  const loaded = loadMigrations(folder);
  expect(loaded.map(({ version, name, sql }) => [version, name, sql])).toEqual([
    [1, '0001_one', 'SELECT 1;\n'],
    [2, '0002_two', 'SELECT 2;\n'],
  ]);
  write('0002_two.sql', 'SELECT 2;\n');
  expect(loadMigrations(folder)[1]?.sha256).toBe(loaded[1]?.sha256);
});

test.each([
  ['a gap', ['0001_one.sql', '0003_three.sql'], '0003_three.sql stands where number 2 should'],
  ['a duplicate', ['0001_one.sql', '0001_uno.sql'], '0001_uno.sql stands where number 2 should'],
  ['a strange name', ['1-one.sql'], '1-one.sql is not named like 0001_name.sql'],
])('refuses %s', (_what, names, words) => {
  for (const name of names) write(name);
  expect(() => loadMigrations(folder)).toThrow(words);
});
