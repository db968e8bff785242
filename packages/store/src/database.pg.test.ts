import { createTestDatabase, failOnUnheardRejections, type TestDatabase, waitFor } from '@navette/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from './database.ts';

failOnUnheardRejections(afterAll);

let test_: TestDatabase;
let database: Database;
const warnings: string[] = [];
const logger = {
  debug() {},
  info() {},
  warn: (_fields: object, message: string) => warnings.push(message),
  error() {},
  child: () => logger,
};

beforeAll(async () => {
  test_ = await createTestDatabase({ template: false });
  database = await openDatabase({ connectionString: test_.connectionString, logger, maxConnections: 3 });
  await database.pool.query('CREATE TABLE t (id int PRIMARY KEY, n bigint)');
});
afterAll(async () => {
  await database?.close();
  await test_?.drop();
});

describe('types', () => {
  test('64-bit integers are numbers, times are dates, JSON is parsed', async () => {
    const { rows } = await database.pool.query(
      `SELECT 9007199254740991::int8 AS big, ARRAY[1, NULL]::int8[] AS list, count(*) AS n,
              '2026-01-02T03:04:05Z'::timestamptz AS at, '{"a":1}'::jsonb AS json, 1.5::numeric AS exact
       FROM generate_series(1, 3)`,
    );
    expect(rows).toEqual([
      {
        big: 9007199254740991,
        list: [1, null],
        n: 3,
        at: new Date('2026-01-02T03:04:05Z'),
        json: { a: 1 },
        exact: '1.5',
      },
    ]);
  });

  test('an integer above 2^53 is refused instead of rounded', async () => {
    await expect(database.pool.query('SELECT 9007199254740993::int8')).rejects.toThrow('above 2^53');
    expect((await database.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('transactions', () => {
  test('commits what the work wrote and returns its result', async () => {
    const result = await database.withTransaction(async (client) => {
      await client.query('INSERT INTO t VALUES (1, 10)');
      return 'done';
    });
    expect(result).toBe('done');
    expect((await database.pool.query('SELECT * FROM t WHERE id = 1')).rows).toEqual([{ id: 1, n: 10 }]);
  });

  test('rolls back when the work throws, and rethrows', async () => {
    const work = database.withTransaction(async (client) => {
      await client.query('INSERT INTO t VALUES (2, 20)');
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect((await database.pool.query('SELECT * FROM t WHERE id = 2')).rows).toEqual([]);
  });

  test('a connection lost inside a transaction rejects, and the pool goes on', async () => {
    const work = database.withTransaction(async (client) => {
      const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
      await database.pool.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
      await client.query('SELECT 1');
    });
    await expect(work).rejects.toThrow();
    expect((await database.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});

test('losing an idle connection is a warning, not the end of the process', async () => {
  const client = await database.pool.connect();
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
  client.release();
  const other = await openDatabase({ connectionString: test_.connectionString, maxConnections: 1 });
  await other.pool.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
  await other.close();
  await waitFor(() => warnings.includes('An idle database connection was lost'));
  expect((await database.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

describe('addresses that do not work', () => {
  test.each([
    ['postgresql://someone:canary@127.0.0.1:9/db', 'STORE_DATABASE_UNREACHABLE', '127.0.0.1:9/db'],
    ['postgresql://someone:canary@/db?host=/nowhere', 'STORE_DATABASE_UNREACHABLE', '/nowhere:5432/db'],
    ['postgresql://someone:canary@bad host:port:x/db', 'STORE_DATABASE_URL_INVALID', 'not a URL'],
  ])('%s', async (connectionString, code, words) => {
    const error = await openDatabase({ connectionString }).catch((thrown) => thrown);
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(words);
    expect(`${error.message}${error.help}`).not.toContain('canary');
  });

  test('a database that does not exist', async () => {
    const connectionString = test_.connectionString.replace(/test_\w+/, 'missing');
    const error = await openDatabase({ connectionString }).catch((thrown) => thrown);
    expect(error.code).toBe('STORE_DATABASE_REFUSED');
    expect(error.message).toContain('database "missing" does not exist');
  });
});
