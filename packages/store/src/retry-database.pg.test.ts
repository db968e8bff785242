import { createTestDatabase, failOnUnheardRejections, type TestDatabase } from '@navette/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from './database.ts';
import { createQueryBuilder } from './repositories/query-builder.ts';

failOnUnheardRejections(afterAll);

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase({ template: false });
  database = await openDatabase({ connectionString: testDatabase.connectionString });
  await database.pool.query(
    'CREATE TABLE counters AS SELECT id, 0 AS count FROM generate_series(1, 2) AS id',
  );
});
afterAll(async () => {
  await database?.close();
  await testDatabase?.drop();
});

/** Resolves for each of two once both have come. */
function createMeeting(): () => Promise<void> {
  const met = Promise.withResolvers<void>();
  let count = 0;
  return () => {
    count += 1;
    if (count === 2) met.resolve();
    return met.promise;
  };
}

test('a transaction that loses a deadlock begins again, and both take effect once', async () => {
  const meet = createMeeting();
  let begun = 0;
  const add = (first: number, second: number) =>
    database.withTransaction(async (client) => {
      begun += 1;
      await client.query('UPDATE counters SET count = count + 1 WHERE id = $1', [first]);
      await meet();
      await client.query('UPDATE counters SET count = count + 1 WHERE id = $1', [second]);
    });
  await Promise.all([add(1, 2), add(2, 1)]);
  expect(begun).toBe(3);
  const { rows } = await database.pool.query('SELECT count FROM counters ORDER BY id');
  expect(rows).toEqual([{ count: 2 }, { count: 2 }]);
});

test('so does one of the query builder, after a serialization failure', async () => {
  const db = createQueryBuilder(database.pool);
  const meet = createMeeting();
  let begun = 0;
  const add = () =>
    db.transaction().execute(async (trx) => {
      begun += 1;
      await sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`.execute(trx);
      await sql`SELECT count FROM counters`.execute(trx);
      await meet();
      await sql`UPDATE counters SET count = count + 10 WHERE id = 1`.execute(trx);
    });
  await Promise.all([add(), add()]);
  expect(begun).toBe(3);
  const { rows } = await database.pool.query('SELECT count FROM counters WHERE id = 1');
  expect(rows).toEqual([{ count: 22 }]);
});

test('other refusals are passed on at once', async () => {
  let begun = 0;
  const work = database.withTransaction(async (client) => {
    begun += 1;
    await client.query('SELECT * FROM nothing_of_that_name');
  });
  await expect(work).rejects.toMatchObject({ code: '42P01' });
  expect(begun).toBe(1);
});

test('a transaction that loses every conflict is given up', async () => {
  let begun = 0;
  const work = database.withTransaction(async (client) => {
    begun += 1;
    await client.query(`DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$`);
  });
  await expect(work).rejects.toMatchObject({ code: '40001' });
  expect(begun).toBe(10);
});
