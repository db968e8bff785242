import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '@navette/kit';
import { stopPostmaster } from './postmaster.ts';
import { readPostmasterFile } from './postmaster-file.ts';

/**
 * Stops the Postgres that a killed process left running on a data folder, for whoever removes the folder instead of
 * starting on it again. Only to be called when the owner of the folder is known to be dead.
 */
export async function stopOrphanedPostgres(dataDir: string, logger: Logger): Promise<void> {
  const pgDir = join(dataDir, 'postgres');
  if (!existsSync(pgDir)) return;
  const file = readPostmasterFile(pgDir);
  if (file) await stopPostmaster(file.pid, realpathSync(pgDir), logger);
}
