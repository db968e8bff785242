import { createTestDatabase, type TestDatabase } from '@navette/testing';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { encodeInts, TextArray } from './binary-array.ts';
import { runBinaryStatement } from './binary-statement.ts';

const insert = {
  name: 'insert-notes',
  text: 'INSERT INTO notes (id, text) SELECT * FROM unnest($1::int[], $2::text[])',
};

let database: TestDatabase;
let client: pg.Client;

beforeEach(async () => {
  database = await createTestDatabase({ template: false });
  client = new pg.Client({ connectionString: database.connectionString, query_timeout: 60_000 });
  await client.connect();
  await client.query('CREATE TABLE notes (id int PRIMARY KEY, text text)');
});

afterEach(async () => {
  await client.end();
  await database.drop();
});

function write(ids: readonly number[], texts: readonly string[]): Promise<number> {
  return runBinaryStatement(client, insert, [encodeInts(ids), new TextArray(texts)]);
}

it('tells how many rows it wrote, and parses its text once', async () => {
  expect(await write([1, 2], ['one', 'deux é 🧵'])).toBe(2);
  expect(await write([], [])).toBe(0);
  expect(await write([3], ['x'.repeat(200_000)])).toBe(1);
  const { rows } = await client.query('SELECT id, length(text) AS length FROM notes ORDER BY id');
  expect(rows).toEqual([
    { id: 1, length: 3 },
    { id: 2, length: 8 },
    { id: 3, length: 200_000 },
  ]);
  const prepared = await client.query(
    'SELECT generic_plans + custom_plans AS runs FROM pg_prepared_statements',
  );
  expect(prepared.rows).toEqual([{ runs: '3' }]);
});

it('rejects with the error of the database, and the connection goes on', async () => {
  await write([1], ['one']);
  const refused = write([2, 1], ['two', 'one again']);
  await expect(refused).rejects.toBeInstanceOf(pg.DatabaseError);
  await expect(refused).rejects.toMatchObject({ code: '23505' });
  expect(await write([2], ['two'])).toBe(1);
  expect((await client.query('SELECT count(*)::int AS count FROM notes')).rows).toEqual([{ count: 2 }]);
});

it('rejects a text that cannot be parsed, each time', async () => {
  const wrong = { name: 'wrong', text: 'INSERT INTO nowhere VALUES (1)' };
  for (let time = 0; time < 2; time++)
    await expect(runBinaryStatement(client, wrong, [])).rejects.toMatchObject({ code: '42P01' });
  expect(await write([1], ['one'])).toBe(1);
});

it('rejects when the connection is lost on the way', async () => {
  client.on('error', () => {});
  await client.query('BEGIN');
  const blocker = new pg.Client({ connectionString: database.connectionString });
  await blocker.connect();
  await blocker.query('BEGIN');
  await blocker.query('LOCK TABLE notes');
  const written = write([1], ['one']);
  const lost = expect(written).rejects.toThrow();
  await blocker.query('SELECT pg_terminate_backend($1)', [
    (client as unknown as { processID: number }).processID,
  ]);
  await lost;
  await blocker.end();
});
