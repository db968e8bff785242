import { createUuid } from '@navette/kit';
import { createTestDatabase } from '@navette/testing';
import { expect, test } from 'vitest';
import { openDatabase } from '../database.ts';
import { readJournal } from '../sql/journal.ts';
import { migrate } from './migrate.ts';
import { loadMigrations } from './migration-files.ts';

const records = [
  { type: 'execution-started', at: 1, fence: 1, worker: createUuid() },
  { type: 'step-skipped', at: 2, path: 'nul \u0000, lone \ud800, é, 日本, "quoted" and \\' },
];

test('journals from before migration 9 read as they did', async () => {
  const empty = await createTestDatabase({ template: false });
  const database = await openDatabase({ connectionString: empty.connectionString });
  try {
    const known = loadMigrations();
    await migrate(database, { migrations: known.slice(0, 8) });
    const executionId = createUuid();
    await database.pool.query(
      'INSERT INTO journal (execution_id, seq, project_id, fence, records) VALUES ($1, 1, $2, 1, $3)',
      [executionId, createUuid(), JSON.stringify(records)],
    );
    await migrate(database, { migrations: known });
    expect(await readJournal(database.pool, executionId, 0)).toEqual([{ seq: 1, records }]);
  } finally {
    await database.close();
    await empty.drop();
  }
});
