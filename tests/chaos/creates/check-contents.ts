/** Bytes without a file: what uploads that were cut off leave behind, and whether the collector takes all of it. */
import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger } from '@navette/kit';
import { createQueryBuilder, createRepositories, openDatabase, openVault, Retention } from '@navette/store';
import type { StoreReader } from '../stored-rows.ts';

export interface ContentVerdict {
  problems: string[];
  /** Contents that no file had, and files that were half written. */
  orphans: number;
  halfWritten: number;
}

/**
 * Lets the time pass after which the collector may take what nothing needs, and lets it: the files that are left on disk
 * are those of the contents, and the contents those of the files. The server runs meanwhile.
 */
export async function checkContents(reader: StoreReader, dataDir: string): Promise<ContentVerdict> {
  const { client } = reader;
  const folder = join(dataDir, 'artifacts');
  const orphans = await client.query(
    'SELECT FROM contents c WHERE NOT EXISTS (SELECT FROM artifacts a WHERE a.sha256 = c.sha256)',
  );
  const halfWritten = listFiles(join(folder, 'tmp'));
  const past = new Date(Date.now() - 7_200_000);
  for (const path of halfWritten) utimesSync(path, past, past);
  await client.query(`UPDATE contents SET review_at = review_at - interval '2 hours'`);
  await client.query(`UPDATE artifacts SET review_at = review_at - interval '2 hours'`);
  await collect(reader, dataDir);
  const stored = await client.query<{ hash: string; encoding: string; isNeeded: boolean }>(
    `SELECT c.sha256 AS hash, c.encoding, EXISTS (SELECT FROM artifacts a WHERE a.sha256 = c.sha256) AS "isNeeded"
     FROM contents c`,
  );
  const needed = await client.query<{ count: number }>(
    'SELECT count(DISTINCT sha256)::int AS count FROM artifacts',
  );
  const expected = stored.rows.map(({ hash, encoding }) => (encoding === 'zstd' ? `${hash}.zst` : hash));
  const onDisk = listFiles(folder).map((path) => path.slice(path.lastIndexOf('/') + 1));
  const problems = [
    ...stored.rows
      .filter((row) => !row.isNeeded)
      .map(({ hash }) => `The content ${hash} stays without a file`),
    ...onDisk.filter((name) => !expected.includes(name)).map((name) => `${name} stays on disk for good`),
    ...expected.filter((name) => !onDisk.includes(name)).map((name) => `${name} is not on disk`),
  ];
  if (needed.rows[0]!.count !== stored.rows.length)
    problems.push(`Files have ${needed.rows[0]!.count} contents, ${stored.rows.length} are stored`);
  return { problems, orphans: orphans.rowCount ?? 0, halfWritten: halfWritten.length };
}

/** The round of retention that the server would run. */
async function collect({ client }: StoreReader, dataDir: string): Promise<void> {
  const { database: name, host, port, user } = client;
  const connectionString = `postgres://${user}@/${name}?host=${encodeURIComponent(host)}&port=${port}`;
  const database = await openDatabase({ connectionString, logger: silentLogger });
  try {
    const db = createQueryBuilder(database.pool);
    const { vault } = await openVault(db, { dataDir });
    const { audit, contents } = await createRepositories({ db, vault, dataDir });
    const defaults = { executions: 'all', days: 30, summaryDays: 90, uploadDays: 30 } as const;
    await new Retention({ database, contents, audit, defaults, logger: silentLogger }).run();
  } finally {
    await database.close();
  }
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
