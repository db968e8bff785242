import { createHash } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@navette/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import { loadSchemaVersion, migrate } from './migrate.ts';
import type { Migration } from './migration-files.ts';

let empty: TestDatabase;
let database: Database;

beforeEach(async () => {
  empty = await createTestDatabase({ template: false });
  database = await openDatabase({ connectionString: empty.connectionString });
});
afterEach(async () => {
  await database?.close();
  await empty?.drop();
});

function define(...texts: string[]): Migration[] {
  return texts.map((sql, index) => ({
    version: index + 1,
    name: `000${index + 1}_step`,
    sql,
    sha256: createHash('sha256').update(sql).digest('hex'),
  }));
}

const first = 'CREATE TABLE a (id int); INSERT INTO a VALUES (1);';
const second = 'ALTER TABLE a ADD COLUMN name text';

test('applies what is missing, once, in order', async () => {
  expect(await migrate(database, { migrations: define(first) })).toEqual({ applied: [1], version: 1 });
  expect(await migrate(database, { migrations: define(first, second) })).toEqual({
    applied: [2],
    version: 2,
  });
  expect(await migrate(database, { migrations: define(first, second) })).toEqual({ applied: [], version: 2 });
  expect((await database.pool.query('SELECT * FROM a')).rows).toEqual([{ id: 1, name: null }]);
  const { rows } = await database.pool.query(
    'SELECT version, name, applied_at FROM schema_migrations ORDER BY 1',
  );
  expect(rows.map(({ version, name }) => [version, name])).toEqual([
    [1, '0001_step'],
    [2, '0002_step'],
  ]);
  expect(rows[0].applied_at).toBeInstanceOf(Date);
});

test('ten servers that start at once apply each migration once', async () => {
  const others = await Promise.all(
    Array.from({ length: 10 }, () =>
      openDatabase({ connectionString: empty.connectionString, maxConnections: 1 }),
    ),
  );
  const results = await Promise.all(
    others.map((other) => migrate(other, { migrations: define(first, second) })),
  );
  expect(results.flatMap((result) => result.applied).sort()).toEqual([1, 2]);
  expect((await database.pool.query('SELECT count(*) AS n FROM a')).rows).toEqual([{ n: 1 }]);
  await Promise.all(others.map((other) => other.close()));
});

test('a failing migration leaves nothing behind and names its line', async () => {
  const broken = 'CREATE TABLE b (id int);\nINSERT INTO b VALUES (1);\nCREATE TABLE c (id nonsense);';
  const failing = migrate(database, { migrations: define(first, broken) });
  await expect(failing).rejects.toMatchObject({
    code: 'STORE_MIGRATION_FAILED',
    message: 'Migration 0002_step failed: type "nonsense" does not exist (line 3)',
  });
  expect(await loadSchemaVersion(database.pool)).toBe(1);
  expect((await database.pool.query(`SELECT to_regclass('b') AS b`)).rows).toEqual([{ b: null }]);
});

test('a database of a newer version is refused and left alone', async () => {
  await migrate(database, { migrations: define(first, second) });
  await expect(migrate(database, { migrations: define(first) })).rejects.toMatchObject({
    code: 'STORE_SCHEMA_NEWER',
    params: { found: 2, known: 1 },
  });
});

test('an applied migration that has changed is refused, also when there is more to apply', async () => {
  await migrate(database, { migrations: define(first) });
  const changed = define(`${first} -- edited`, second);
  await expect(migrate(database, { migrations: changed })).rejects.toMatchObject({
    code: 'STORE_MIGRATION_CHANGED',
  });
  expect(await loadSchemaVersion(database.pool)).toBe(1);
});
