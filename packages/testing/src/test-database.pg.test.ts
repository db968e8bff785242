import { openDatabase } from '@navette/store';
import { expect, test } from 'vitest';
import { createTestDatabase } from './test-database.ts';

test('two clones are separate databases, and a dropped one is gone', async () => {
  await using first = await createTestDatabase();
  await using second = await createTestDatabase();
  const one = await openDatabase({ connectionString: first.connectionString });
  await one.pool.query('CREATE TABLE only_here (id int)');
  const two = await openDatabase({ connectionString: second.connectionString });
  const seen = await two.pool.query(`SELECT to_regclass('only_here') AS found`);
  expect(seen.rows).toEqual([{ found: null }]);
  await Promise.all([one.close(), two.close()]);
  await first.drop();
  const reopened = openDatabase({ connectionString: first.connectionString });
  await expect(reopened).rejects.toMatchObject({ code: 'STORE_DATABASE_REFUSED' });
});
