import pg from 'pg';
import { expect, test } from 'vitest';
import { QueueReader } from './queue-reader.ts';

test('a database that is gone gives nothing, and is asked again only after a while', async () => {
  // Nobody listens on port 1.
  const pool = new pg.Pool({ host: '127.0.0.1', port: 1, connectionTimeoutMillis: 1_000 });
  let asked = 0;
  const query = pool.query.bind(pool);
  pool.query = ((...args: Parameters<typeof query>) => {
    asked += 1;
    return query(...args);
  }) as typeof pool.query;
  const reader = new QueueReader(pool);
  expect(await reader.read()).toBeUndefined();
  expect(await Promise.all([reader.read(), reader.read()])).toEqual([undefined, undefined]);
  expect(asked).toBe(1);
  await pool.end();
});
