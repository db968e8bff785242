import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@navette/kit';
import {
  migrate,
  openDatabase,
  readLockOwner,
  startEmbeddedPostgres,
  stopOrphanedPostgres,
} from '@navette/store';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The test server's own database; the template lies beside it. */
    testPostgresUrl: string;
  }
}

export const templateName = 'navette_template';
const folderPrefix = 'navette-test-postgres-';

/** Vitest's global set-up of the `pg` project: one private Postgres for all files, with a migrated template to clone. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers();
  const dataDir = mkdtempSync(join(tmpdir(), folderPrefix));
  const postgres = await startEmbeddedPostgres({
    dataDir,
    logger: silentLogger,
    fsync: false,
    maxConnections: 200,
  });
  await createTemplate(postgres.connectionString);
  project.provide('testPostgresUrl', postgres.connectionString);
  return async () => {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}

async function createTemplate(serverUrl: string): Promise<void> {
  const server = await openDatabase({ connectionString: serverUrl, maxConnections: 1 });
  await server.pool.query(`CREATE DATABASE ${templateName}`);
  await server.close();
  const template = await openDatabase({ connectionString: replaceDatabase(serverUrl, templateName) });
  try {
    await migrate(template);
  } finally {
    await template.close();
  }
}

/** The same server, another database. */
export function replaceDatabase(connectionString: string, database: string): string {
  return connectionString.replace(/\/[^/?]*(\?|$)/, `/${database}$1`);
}

/** Test runs that were killed leave a folder and perhaps a Postgres: the next run clears them away. */
async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(folderPrefix)) continue;
    const dataDir = join(tmpdir(), name);
    if (isOwnerAlive(dataDir)) continue;
    await stopOrphanedPostgres(dataDir, silentLogger);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function isOwnerAlive(dataDir: string): boolean {
  const owner = readLockOwner(dataDir);
  if (!owner) return true; // Just being created by another run.
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch {
    return false;
  }
}
