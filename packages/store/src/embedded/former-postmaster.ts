import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@navette/kit';
import { embeddedPort } from './postgres-settings.ts';
import { readPostmasterFile } from './postmaster-file.ts';
import { isPostgresOf, isProcessAlive } from './process-identity.ts';

const patienceMs = 10_000;

/**
 * Removes what a main process that died left in the way: its pid file and its socket lock. Postgres clears them itself
 * unless their process id is taken, by another program or by a zombie that no init process reaps (in a container).
 *
 * The pid file also guards the shared memory of child processes that have not noticed yet. So this first waits until
 * no process sits in the data; where that cannot be seen, the file goes only when its process id is surely another's.
 */
export async function clearFormerPostmaster(pgDir: string, socketDir: string, logger: Logger): Promise<void> {
  const file = readPostmasterFile(pgDir);
  if (!file || isPostgresOf(file.pid, pgDir)) return;
  if (process.platform === 'linux') {
    const deadline = Date.now() + patienceMs;
    while (isFolderOccupied(pgDir)) {
      if (Date.now() > deadline) {
        logger.warn(
          { path: pgDir },
          'Processes of a Postgres that died still run; leaving its pid file in place',
        );
        return;
      }
      await delay(20);
    }
  } else if (!isProcessAlive(file.pid)) {
    return;
  }
  rmSync(join(pgDir, 'postmaster.pid'), { force: true });
  for (const suffix of ['', '.lock']) {
    rmSync(join(socketDir, `.s.PGSQL.${embeddedPort}${suffix}`), { force: true });
  }
}

function isFolderOccupied(folder: string): boolean {
  return readdirSync('/proc').some((name) => /^\d+$/.test(name) && isPostgresOf(Number(name), folder));
}
