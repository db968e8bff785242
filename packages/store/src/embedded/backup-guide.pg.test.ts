import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@navette/kit';
import { createTestDatabase } from '@navette/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../database.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';

const guide = readFileSync(new URL('../../../../docs/guide/backup.md', import.meta.url), 'utf8');

let root: string;
let env: { NAVETTE_DATA_DIR: string; BACKUP: string; DATABASE_URL?: string };
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'navette-backup-'));
  chmodSync(root, 0o755);
  env = { NAVETTE_DATA_DIR: join(root, 'data'), BACKUP: join(root, 'backup') };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Runs the commands of the guide that stand behind that mark, as a shell would, up to the first that fails. */
function runCommands(mark: string): number | null {
  const block = guide.split(`<!-- tested: ${mark} -->`)[1]?.match(/```sh\n([\s\S]*?)```/)?.[1];
  if (!block) throw new Error(`The guide has no commands for ${mark}`);
  const shell = spawnSync('sh', ['-e', '-c', block], {
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
  });
  return shell.status;
}

function writeFiles(): void {
  mkdirSync(join(env.NAVETTE_DATA_DIR, 'artifacts', 'ab'), { recursive: true });
  writeFileSync(join(env.NAVETTE_DATA_DIR, 'artifacts', 'ab', 'file'), 'an artifact');
  writeFileSync(join(env.NAVETTE_DATA_DIR, 'master.key'), 'a key', { mode: 0o600 });
}

function expectFiles(): void {
  expect(readFileSync(join(env.NAVETTE_DATA_DIR, 'artifacts', 'ab', 'file'), 'utf8')).toBe('an artifact');
  expect(readFileSync(join(env.NAVETTE_DATA_DIR, 'master.key'), 'utf8')).toBe('a key');
}

async function query(sql: string): Promise<unknown[]> {
  const target = env.DATABASE_URL
    ? { connectionString: env.DATABASE_URL }
    : { embedded: { dataDir: env.NAVETTE_DATA_DIR } };
  const database = await openDatabase({ ...target, logger: silentLogger, maxConnections: 1 });
  try {
    return (await database.pool.query(sql)).rows;
  } finally {
    await database.close();
  }
}

test('the built-in database comes back from a copy', async () => {
  await query('CREATE TABLE precious AS SELECT 42 AS answer');
  writeFiles();
  expect(runCommands('embedded backup')).toBe(0);
  renameSync(env.NAVETTE_DATA_DIR, join(root, 'lost'));
  expect(runCommands('embedded restore')).toBe(0);
  expect(await query('SELECT answer FROM precious')).toEqual([{ answer: 42 }]);
  expectFiles();
});

test('the commands refuse to copy a database that runs, and to restore over one', async () => {
  const postgres = await startEmbeddedPostgres({ dataDir: env.NAVETTE_DATA_DIR, logger: silentLogger });
  expect(runCommands('embedded backup')).not.toBe(0);
  await postgres.stop();
  expect(runCommands('embedded backup')).toBe(0);
  expect(runCommands('embedded restore')).not.toBe(0);
});

test('a database of its own comes back from a dump', async (context) => {
  const tool = spawnSync('pg_dump', ['--version'], { encoding: 'utf8' }).stdout ?? '';
  const major = Number(/\(PostgreSQL\) (\d+)/.exec(tool)?.[1] ?? 0);
  if (major < 18)
    context.skip(`pg_dump 18 is needed to read the test server; found ${tool.trim() || 'none'}`);
  await using source = await createTestDatabase();
  await using target = await createTestDatabase({ template: false });
  env.DATABASE_URL = source.connectionString;
  await query('CREATE TABLE precious AS SELECT 42 AS answer');
  writeFiles();
  expect(runCommands('external backup')).toBe(0);
  renameSync(env.NAVETTE_DATA_DIR, join(root, 'lost'));
  env.DATABASE_URL = target.connectionString;
  expect(runCommands('external restore')).toBe(0);
  expect(await query('SELECT answer FROM precious')).toEqual([{ answer: 42 }]);
  expectFiles();
});
