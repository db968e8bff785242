import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@navette/kit';
import { embeddedErrors } from './embedded-error.ts';
import { clearFormerPostmaster } from './former-postmaster.ts';
import { postgresEnvironment } from './initialize-data.ts';
import { readPostmasterFile } from './postmaster-file.ts';
import { isPostgresOf, isProcessAlive } from './process-identity.ts';
import { isLeftoverInTheWay, readLogTail, toStartFailure } from './start-failure.ts';
import type { ProcessUser } from './unprivileged-user.ts';

/** A main Postgres process: our child, or one that a killed server left behind. */
export interface Postmaster {
  pid: number;
  /** Resolves with how it ended ("exit code 1", "signal SIGKILL"). */
  ended: Promise<string>;
}

export interface PostmasterCommand {
  binary: string;
  args: string[];
  pgDir: string;
  socketDir: string;
  logPath: string;
  user: ProcessUser | undefined;
  logger: Logger;
}

const readyTimeoutMs = 300_000;
const maxLogBytes = 10 * 1024 * 1024;

/** Starts Postgres and returns when it takes connections. Throws STORE_START_FAILED and its more precise relatives. */
export async function spawnPostmaster(command: PostmasterCommand): Promise<Postmaster> {
  rotateLog(command.logPath);
  await clearFormerPostmaster(command.pgDir, command.socketDir, command.logger);
  for (let attempt = 1; ; attempt++) {
    const logStart = existsSync(command.logPath) ? statSync(command.logPath).size : 0;
    const postmaster = launch(command);
    const ending = await waitUntilReady(command, postmaster);
    if (ending === undefined) return postmaster;
    const logText = readLogTail(command.logPath, logStart);
    if (!isLeftoverInTheWay(logText) || attempt === 50) {
      throw toStartFailure(command.pgDir, logText, ending);
    }
    await delay(100);
  }
}

/** Watches a Postgres that is not our child, after checking that it is the one of `pgDir` and takes connections. */
export async function adoptPostmaster(command: PostmasterCommand, pid: number): Promise<Postmaster> {
  const postmaster = { pid, ended: watchForeignProcess(pid, command.pgDir) };
  const ending = await waitUntilReady(command, postmaster);
  if (ending === undefined) return postmaster;
  throw embeddedErrors.create('STORE_START_FAILED', { params: { path: command.pgDir, reason: ending } });
}

/**
 * Stops a Postgres: fast (open transactions roll back, everything is flushed), and when that takes too long, at once
 * (the next start recovers from the write-ahead log). Returns when the process is gone.
 */
export async function stopPostmaster(pid: number, pgDir: string, logger: Logger): Promise<void> {
  const steps = [
    { signal: 'SIGINT', patienceMs: 30_000 },
    { signal: 'SIGQUIT', patienceMs: 10_000 },
    { signal: 'SIGKILL', patienceMs: 10_000 },
  ] as const;
  for (const { signal, patienceMs } of steps) {
    if (!isPostgresOf(pid, pgDir)) return;
    process.kill(pid, signal);
    const deadline = Date.now() + patienceMs;
    while (isProcessAlive(pid) && Date.now() < deadline) await delay(5);
    if (!isProcessAlive(pid)) return;
    logger.warn({ pid, signal }, 'Postgres did not stop in time');
  }
}

function launch({ binary, args, pgDir, logPath, user }: PostmasterCommand): Postmaster {
  const log = openSync(logPath, 'a', 0o600);
  // Detached: Ctrl-C in a terminal reaches our whole group, and Postgres must outlive our own draining.
  const child = spawn(binary, args, {
    cwd: pgDir,
    detached: true,
    env: postgresEnvironment,
    stdio: ['ignore', log, log],
    uid: user?.uid,
    gid: user?.gid,
  });
  closeSync(log);
  child.unref();
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
  });
  return { pid: child.pid ?? 0, ended };
}

/** Undefined when it is ready, otherwise how it ended. */
async function waitUntilReady(
  { pgDir, logger }: PostmasterCommand,
  { pid, ended }: Postmaster,
): Promise<string | undefined> {
  let ending: string | undefined;
  void ended.then((how) => {
    ending = how;
  });
  const startedAt = Date.now();
  let nextNoticeMs = 1_000;
  for (;;) {
    const file = readPostmasterFile(pgDir);
    if (file?.pid === pid && file.status === 'ready') return undefined;
    await delay(5);
    if (ending !== undefined) return ending;
    const elapsedMs = Date.now() - startedAt;
    if (elapsedMs > readyTimeoutMs) return `not ready after ${readyTimeoutMs / 1000} s`;
    if (elapsedMs > nextNoticeMs) {
      logger.info({ elapsedMs }, 'Waiting for Postgres (it is recovering what was not yet in its files)');
      nextNoticeMs += 5_000;
    }
  }
}

async function watchForeignProcess(pid: number, pgDir: string): Promise<string> {
  while (isPostgresOf(pid, pgDir)) await delay(500, undefined, { ref: false });
  return 'an unknown exit code';
}

function rotateLog(path: string): void {
  if (!existsSync(path) || statSync(path).size < maxLogBytes) return;
  rmSync(`${path}.1`, { force: true });
  renameSync(path, `${path}.1`);
}
