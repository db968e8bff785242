import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { toNavetteError } from '@navette/kit';
import {
  assertRunnable,
  type Database,
  describeAddress,
  loadSchemaVersion,
  locatePostgresBinaries,
  openDatabase,
} from '@navette/store';
import type { Finding } from './doctor.ts';
import { findRunningOwner } from './doctor-machine.ts';
import type { Config } from './load-config.ts';

export interface DatabaseFindings {
  findings: Finding[];
  /** The clock of the database minus ours, when there was one to ask. */
  clockSkewMs: number | undefined;
}

/** `knownVersion`: the newest schema version that this Navette brings. */
export async function checkDatabase(config: Config, knownVersion: number): Promise<DatabaseFindings> {
  if (config.databaseUrl === undefined) return { findings: [checkEmbedded(config)], clockSkewMs: undefined };
  try {
    return await checkExternal(config.databaseUrl, knownVersion);
  } catch (error) {
    return { findings: [toFinding(error)], clockSkewMs: undefined };
  }
}

/** The built-in one is not started to be looked at: only what it needs is checked. */
function checkEmbedded({ dataDir }: Config): Finding {
  try {
    const binaries = locatePostgresBinaries();
    if (process.getuid?.() !== 0) assertRunnable(binaries);
    const owner = findRunningOwner(dataDir);
    const state =
      owner !== undefined
        ? `running under pid ${owner}`
        : existsSync(join(dataDir, 'postgres'))
          ? 'stopped'
          : 'created at the first start';
    return {
      check: 'database',
      status: 'ok',
      message: `Built-in Postgres ${binaries.majorVersion}, ${state}`,
    };
  } catch (error) {
    return toFinding(error);
  }
}

async function checkExternal(connectionString: string, knownVersion: number): Promise<DatabaseFindings> {
  const database = await openDatabase({ connectionString, maxConnections: 1, connectTimeoutMs: 5_000 });
  try {
    const askedAt = Date.now();
    const { rows } = await database.pool.query<{ now: Date; version: string }>(
      `SELECT clock_timestamp() AS now, current_setting('server_version') AS version`,
    );
    const halfWay = (askedAt + Date.now()) / 2;
    const clockSkewMs = rows[0]!.now.getTime() - halfWay;
    const name = `Postgres ${rows[0]!.version} at ${describeAddress(connectionString)}`;
    return { findings: [await checkSchema(database, name, knownVersion)], clockSkewMs };
  } finally {
    await database.close();
  }
}

async function checkSchema(database: Database, name: string, known: number): Promise<Finding> {
  const found = await loadSchemaVersion(database.pool);
  if (found > known) {
    const message = `${name} has schema version ${found}, newer than ${known}, the newest this Navette knows`;
    return { check: 'database', status: 'fail', message, help: 'Start the newer Navette that has used it.' };
  }
  const pending = found < known ? `, brought to ${known} at the next start` : '';
  return { check: 'database', status: 'ok', message: `${name}, schema version ${found}${pending}` };
}

function toFinding(error: unknown): Finding {
  const { message, help } = toNavetteError(error);
  return { check: 'database', status: 'fail', message, help };
}
