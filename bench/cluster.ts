/** One Postgres (the built-in one, fsync on) with any number of server processes on it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '@navette/store';
import { type NavetteServer, startNavetteServer } from './navette-server.ts';
import { listTree } from './process-tree.ts';

export interface Cluster {
  /** A connection of our own to the database of the servers. */
  database: Database;
  /** Starts one more process. */
  start(env?: Record<string, string>): Promise<NavetteServer>;
  /** Processes of Postgres. */
  listPostgres(): number[];
  close(): Promise<void>;
}

export async function openCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'navette-bench-cluster-'));
  const database = await openDatabase({
    embedded: { dataDir: join(folder, 'postgres'), maxConnections: 200 },
    maxConnections: 4,
  });
  const servers: NavetteServer[] = [];
  return {
    database,
    async start(env = {}) {
      const server = await startNavetteServer(join(folder, `server-${servers.length + 1}`), {
        env: {
          DATABASE_URL: database.connectionString,
          // What one process seals the others must open.
          NAVETTE_MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
          ...env,
        },
      });
      servers.push(server);
      return server;
    },
    listPostgres: () => listTree(database.embedded!.pid!),
    async close() {
      for (const server of servers) await server.stop();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
