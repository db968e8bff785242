import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installPackages, mayInstallPackages } from './apt-packages.mjs';
import { runStep } from './progress.mjs';

const fixedPaths = ['/usr/bin/redis-server', '/usr/local/bin/redis-server', '/opt/homebrew/bin/redis-server'];

/**
 * The environment that tells the tests of the queue which Redis server to use, or to skip. Debian's is installed when it
 * is missing and we may.
 */
export async function ensureRedis() {
  const found = findRedis() ?? (await installRedis());
  if (found) return { NAVETTE_TEST_REDIS: found };
  console.log(
    '! No redis-server here: the tests of the BullMQ queue are SKIPPED. Install one (apt-get install redis-server) to run them.',
  );
  return { NAVETTE_TEST_SKIP_REDIS: '1' };
}

export function findRedis(environment = process.env) {
  const chosen = environment.NAVETTE_TEST_REDIS;
  if (chosen) return chosen;
  const folders = (environment.PATH ?? '').split(delimiter).filter(Boolean);
  return [...folders.map((folder) => join(folder, 'redis-server')), ...fixedPaths].find((path) =>
    existsSync(path),
  );
}

async function installRedis() {
  if (!mayInstallPackages()) return undefined;
  try {
    await runStep('Installing Redis for the tests of the queue (apt-get)', () =>
      installPackages(['redis-server']),
    );
  } catch (error) {
    console.log(error.message);
  }
  return findRedis();
}
