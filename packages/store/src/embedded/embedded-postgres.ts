/**
 * The Postgres that comes with Navette, as a child process on a private Unix socket.
 *
 * Layout of the data folder: `postgres/` the cluster, `postgres.log`, `run/` the socket, `navette.lock` the lock.
 * Invariants:
 * 1. The lock of the data folder is held from before the first look at its content until after Postgres has ended.
 * 2. At most one Postgres runs on `postgres/`: one that a killed server left behind is taken over when it runs with
 *    exactly the settings of this version, and otherwise stopped before another one starts.
 * 3. After `stop()` nothing runs any more and the socket is gone. A process that exits without `stop()` tells Postgres
 *    to stop by itself; one that is killed leaves it for the next start (2).
 * 4. Postgres gets nothing of our environment and never listens on the network.
 */
import type { Logger } from '@navette/kit';
import { assertFreeSpace, minFreeBytes, openDataFolder } from './data-folder.ts';
import { acquireDataFolderLock, type DataFolderLock } from './data-folder-lock.ts';
import { openPostgresLayout, type PostgresLayout } from './postgres-layout.ts';
import { embeddedDatabase, embeddedPort, embeddedUser } from './postgres-settings.ts';
import { PostgresSupervisor } from './postgres-supervisor.ts';

export interface EmbeddedPostgresOptions {
  /** Created when missing. */
  dataDir: string;
  logger: Logger;
  /** False gives up durability for speed; for throw-away databases of tests. */
  fsync?: boolean;
  maxConnections?: number;
  /** How long to wait for a former owner of the data folder that is just stopping. */
  lockWaitMs?: number;
}

export interface EmbeddedPostgres {
  /** For `pg` and for psql alike. No password: the folder of the socket belongs to Postgres alone. */
  readonly connectionString: string;
  readonly connection: { host: string; port: number; user: string; database: string };
  /** The main process; another one after a crash. Undefined while none runs. */
  readonly pid: number | undefined;
  /** Whether a Postgres of a killed server was taken over. */
  readonly adopted: boolean;
  /** Stops Postgres and releases the data folder. Safe to call more than once. */
  stop(): Promise<void>;
}

/**
 * Starts the built-in Postgres, creating its data on the first start. Returns when it takes connections.
 * Throws the codes of `embeddedErrors`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = openDataFolder(options.dataDir);
  const lock = await acquireDataFolderLock(dataDir, options.lockWaitMs);
  try {
    assertFreeSpace(dataDir, minFreeBytes);
    const layout = await openPostgresLayout({
      dataDir,
      logger: options.logger,
      fsync: options.fsync ?? true,
      maxConnections: options.maxConnections ?? 50,
    });
    const supervisor = new PostgresSupervisor(layout, options.logger);
    await supervisor.start().catch((error) => {
      layout.removeSocketFolder();
      throw error;
    });
    return createHandle(layout, supervisor, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function createHandle(
  layout: PostgresLayout,
  supervisor: PostgresSupervisor,
  lock: DataFolderLock,
): EmbeddedPostgres {
  const connection = {
    host: layout.socketDir,
    port: embeddedPort,
    user: embeddedUser,
    database: embeddedDatabase,
  };
  const query = new URLSearchParams({ host: connection.host, port: String(connection.port) });
  const stopNow = () => supervisor.signalStop();
  process.once('exit', stopNow);
  let stopped: Promise<void> | undefined;
  return {
    connection,
    connectionString: `postgresql://${connection.user}@/${connection.database}?${query}`,
    get pid() {
      return supervisor.pid;
    },
    adopted: supervisor.adopted,
    stop() {
      stopped ??= supervisor.stop().finally(() => {
        process.off('exit', stopNow);
        layout.removeSocketFolder();
        lock.release();
      });
      return stopped;
    },
  };
}
