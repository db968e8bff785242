import { createUuid } from '@navette/kit';
import { openDatabase } from '@navette/store';
import { replaceDatabase, templateName } from './global-postgres.ts';

export interface TestDatabase extends AsyncDisposable {
  connectionString: string;
  /** Drops it, cutting connections that are still open. */
  drop(): Promise<void>;
}

/**
 * A fresh database with the current schema, for one test file (about 30 ms). Only in tests of the `pg` project.
 * `template: false` gives an empty one.
 */
export async function createTestDatabase({ template = true } = {}): Promise<TestDatabase> {
  const { inject } = await import('vitest'); // Here, so that the rest of the package works outside of Vitest.
  const serverUrl = inject('testPostgresUrl');
  const name = `test_${createUuid().replaceAll('-', '')}`;
  const source = template ? templateName : 'template0';
  await runOnServer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${source} STRATEGY file_copy`);
  const drop = () => runOnServer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  return { connectionString: replaceDatabase(serverUrl, name), drop, [Symbol.asyncDispose]: drop };
}

async function runOnServer(connectionString: string, sql: string): Promise<void> {
  const server = await openDatabase({ connectionString, maxConnections: 1 });
  try {
    await server.pool.query(sql);
  } finally {
    await server.close();
  }
}
