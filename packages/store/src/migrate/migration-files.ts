import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrateErrors } from './migrate-error.ts';

export interface Migration {
  version: number;
  /** "0001_base". */
  name: string;
  sql: string;
  /** Of the text with LF line ends, so that a checkout on another system has the same. */
  sha256: string;
}

/** The migrations that this version of Navette brings. */
export const migrationsDir = fileURLToPath(new URL('../../migrations/', import.meta.url));

/** The migrations of a folder in order. Throws STORE_MIGRATION_FILES on a gap, a duplicate or a strange name. */
export function loadMigrations(path: string = migrationsDir): Migration[] {
  const names = readdirSync(path).filter((name) => name.endsWith('.sql'));
  return names.sort().map((file, index) => {
    const match = /^(\d{4})_[a-z0-9][a-z0-9_-]*\.sql$/.exec(file);
    if (!match) throw createFilesError(path, `${file} is not named like 0001_name.sql`);
    const version = Number(match[1]);
    if (version !== index + 1)
      throw createFilesError(path, `${file} stands where number ${index + 1} should`);
    const sql = readFileSync(join(path, file), 'utf8').replaceAll('\r\n', '\n');
    return {
      version,
      name: file.slice(0, -'.sql'.length),
      sql,
      sha256: createHash('sha256').update(sql).digest('hex'),
    };
  });
}

function createFilesError(path: string, reason: string) {
  return migrateErrors.create('STORE_MIGRATION_FILES', { params: { path, reason } });
}
