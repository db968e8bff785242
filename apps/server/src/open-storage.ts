import { type Logger, systemClock } from '@navette/kit';
import {
  createQueryBuilder,
  createRepositories,
  type Database,
  type MasterKey,
  migrate,
  openDatabase,
  openDataFolder,
  openVault,
  type Repositories,
  type Vault,
} from '@navette/store';
import { awaitDatabase } from './await-database.ts';
import { toS3Options } from './config/artifact-settings.ts';
import type { Config } from './config/index.ts';

export interface Storage {
  database: Database;
  masterKey: MasterKey;
  vault: Vault;
  repositories: Repositories;
  /** A real path. */
  dataDir: string;
}

/**
 * Opens the data folder, the database and the vault, and brings the schema up to date. Throws what people can mend: a
 * folder in use, a database that does not answer in time, a wrong master key. Nothing stays open when it throws.
 * `signal` ends the wait for the database.
 */
export async function openStorage(
  config: Config,
  logger: Logger,
  onStep: (what: string) => void,
  signal?: AbortSignal,
): Promise<Storage> {
  const dataDir = openDataFolder(config.dataDir);
  const database = await openConfiguredDatabase(config, logger, signal);
  try {
    onStep(database.embedded ? 'Built-in Postgres is up' : 'Database answers');
    const { applied } = await migrate(database, { logger });
    onStep(
      applied.length > 0 ? `Schema is brought up to date (${applied.length} steps)` : 'Schema is up to date',
    );
    const db = createQueryBuilder(database.pool);
    const { vault, masterKey } = await openVault(db, { dataDir, masterKey: config.masterKey });
    const repositories = await createRepositories({
      db,
      vault,
      dataDir,
      s3: toS3Options(config.artifacts),
      logger,
    });
    return { database, masterKey, repositories, vault, dataDir };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The database alone, as it is. */
export function openConfiguredDatabase(
  config: Config,
  logger: Logger,
  signal?: AbortSignal,
): Promise<Database> {
  const { databaseMaxConnections: maxConnections, databaseUrl, databaseWaitMs: waitMs, dataDir } = config;
  if (databaseUrl === undefined) return openDatabase({ embedded: { dataDir }, maxConnections, logger });
  const clock = systemClock;
  return awaitDatabase({ connectionString: databaseUrl, maxConnections, waitMs, clock, logger, signal });
}
