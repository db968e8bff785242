import type { Health } from '@navette/contracts';
import { type Database, loadFreeBytes, minFreeBytes } from '@navette/store';
import type { RuntimeHealth } from './runtime/create-runtime.ts';

const databaseLimitMs = 2_000;
const mebibyte = 1024 * 1024;

export interface HealthOptions {
  version: string;
  database: Database;
  dataDir: string;
  runtime: { health(): RuntimeHealth };
  stopping: AbortSignal;
}

/** Whether this process can take work, check by check. */
export async function readHealth(options: HealthOptions): Promise<Health> {
  const { version, stopping } = options;
  const checks = [
    await checkDatabase(options.database),
    checkWorker(options.runtime.health()),
    checkDisk(options.dataDir),
  ];
  const isOk = checks.every((check) => check.ok);
  return { status: stopping.aborted ? 'stopping' : isOk ? 'ok' : 'degraded', version, checks };
}

async function checkDatabase({ pool }: Database): Promise<Health['checks'][number]> {
  const startedAt = performance.now();
  const timer = Promise.withResolvers<never>();
  const timeout = setTimeout(
    () => timer.reject(new Error(`no answer within ${databaseLimitMs} ms`)),
    databaseLimitMs,
  );
  try {
    await Promise.race([pool.query('SELECT 1'), timer.promise]);
    const elapsedMs = Math.round(performance.now() - startedAt);
    return { name: 'database', ok: true, detail: `answers in ${elapsedMs} ms` };
  } catch {
    return { name: 'database', ok: false, detail: 'does not answer' };
  } finally {
    clearTimeout(timeout);
  }
}

function checkWorker({ active, leaseOk, silenceMs }: RuntimeHealth): Health['checks'][number] {
  const detail = leaseOk
    ? `${active} executions at work`
    : `the database has not heard of it for ${Math.round(silenceMs / 1_000)} s`;
  return { name: 'worker', ok: leaseOk, detail };
}

function checkDisk(dataDir: string): Health['checks'][number] {
  const freeBytes = loadFreeBytes(dataDir);
  return {
    name: 'disk',
    ok: freeBytes >= minFreeBytes,
    detail: `${Math.floor(freeBytes / mebibyte)} MB free`,
  };
}
