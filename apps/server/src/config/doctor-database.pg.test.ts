import { openDatabase } from '@navette/store';
import { createTestDatabase } from '@navette/testing';
import { expect, test } from 'vitest';
import { checkDatabase } from './doctor-database.ts';
import { loadConfig } from './load-config.ts';

test('an external database: its version, its schema, its clock', async () => {
  await using external = await createTestDatabase();
  const config = loadConfig({ DATABASE_URL: external.connectionString }, '/');
  const database = await openDatabase({ connectionString: external.connectionString, maxConnections: 1 });
  const { rows } = await database.pool.query('SELECT max(version) AS newest FROM schema_migrations');
  await database.close();
  const newest: number = rows[0].newest;

  const current = await checkDatabase(config, newest);
  expect(current.findings).toMatchObject([
    { status: 'ok', message: expect.stringMatching(`schema version ${newest}$`) },
  ]);
  expect(Math.abs(current.clockSkewMs!)).toBeLessThan(1_000);
  const behind = await checkDatabase(config, newest + 1);
  expect(behind.findings[0]?.message).toContain(`brought to ${newest + 1} at the next start`);
  const ahead = await checkDatabase(config, newest - 1);
  expect(ahead.findings).toMatchObject([
    { status: 'fail', help: 'Start the newer Navette that has used it.' },
  ]);
});
