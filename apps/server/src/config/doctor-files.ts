import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { NavetteError } from '@navette/kit';
import { loadFreeBytes, masterKeyPath, minFreeBytes, parseMasterKey } from '@navette/store';
import type { Finding } from './doctor.ts';
import type { Config } from './load-config.ts';

const megabyte = 1024 * 1024;
const comfortableFreeBytes = 1024 * megabyte;

/** A folder that is not there yet is fine when it can be made. */
export function checkDataFolder({ dataDir }: Pick<Config, 'dataDir'>, minimumBytes = minFreeBytes): Finding {
  const check = 'data folder';
  const existing = findExisting(dataDir);
  try {
    if (!statSync(existing).isDirectory()) throw new Error('it is not a folder');
    accessSync(existing, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    const help =
      'Give the user who runs Navette write access to it, or choose another with NAVETTE_DATA_DIR.';
    return { check, status: 'fail', message: `${dataDir} cannot be written (${existing}: ${reason})`, help };
  }
  const freeBytes = loadFreeBytes(existing);
  const room = `${Math.floor(freeBytes / megabyte)} MB free`;
  const help = 'Free some space, or move the data folder to a larger disk with NAVETTE_DATA_DIR.';
  if (freeBytes < minimumBytes) return { check, status: 'fail', message: `${dataDir}: only ${room}`, help };
  if (freeBytes < comfortableFreeBytes)
    return { check, status: 'warn', message: `${dataDir}: only ${room}`, help };
  const made = existing === dataDir ? '' : ' (made at the first start)';
  return { check, status: 'ok', message: `${dataDir}${made}, ${room}` };
}

/** The key is never printed: only where it is and who could read it. */
export function checkMasterKey({ dataDir, masterKey }: Pick<Config, 'dataDir' | 'masterKey'>): Finding {
  const check = 'master key';
  if (masterKey !== undefined) return { check, status: 'ok', message: 'from the configuration' };
  const path = masterKeyPath(dataDir);
  if (!existsSync(path)) return { check, status: 'ok', message: `${path} (made at the first start)` };
  try {
    parseMasterKey(readFileSync(path, 'utf8'), path);
  } catch (error) {
    const known = NavetteError.is(error) ? error : undefined;
    const message = known?.message ?? `${path} cannot be read (${(error as NodeJS.ErrnoException).code})`;
    const help = known?.help ?? 'Give the user who runs Navette read access to it.';
    return { check, status: 'fail', message, help };
  }
  const mode = statSync(path).mode & 0o777;
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    const message = `${path} is open to other users (mode ${mode.toString(8)})`;
    return { check, status: 'warn', message, help: `chmod 600 ${path}` };
  }
  return { check, status: 'ok', message: path };
}

function findExisting(path: string): string {
  let at = path;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
}
