/**
 * Writes docs/reference/schema.sql: the schema that the migrations make, read back from a fresh private Postgres.
 * `--check` writes nothing and fails when the committed file differs. Runs on the pinned Node (24).
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '../packages/kit/src/index.ts';
import { encodeSchemaSnapshot, migrate, openDatabase } from '../packages/store/src/index.ts';

const target = fileURLToPath(new URL('../docs/reference/schema.sql', import.meta.url));
const header = '-- Made by scripts/schema-snapshot.mjs from packages/store/migrations. Do not edit.\n\n';

const dataDir = mkdtempSync(join(tmpdir(), 'navette-schema-'));
let text;
try {
  const database = await openDatabase({ embedded: { dataDir, fsync: false }, logger: silentLogger });
  try {
    await migrate(database);
    text = header + (await encodeSchemaSnapshot(database.pool));
  } finally {
    await database.close();
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}

if (process.argv.includes('--check')) checkCommitted(text);
else writeFileSync(target, text);

function checkCommitted(expected) {
  let committed = '';
  try {
    committed = readFileSync(target, 'utf8');
  } catch {
    // No file yet is the same finding as a different one.
  }
  if (committed === expected) return;
  const [ours, theirs] = [expected.split('\n'), committed.split('\n')];
  const line = ours.findIndex((one, index) => one !== theirs[index]);
  console.error('docs/reference/schema.sql is not what the migrations make.');
  console.error(
    `Line ${line + 1}: expected ${JSON.stringify(ours[line])}, found ${JSON.stringify(theirs[line])}`,
  );
  console.error('Run: node scripts/schema-snapshot.mjs');
  process.exitCode = 1;
}
