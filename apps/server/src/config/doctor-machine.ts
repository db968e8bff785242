import { once } from 'node:events';
import { createServer } from 'node:net';
import { readLockOwner } from '@navette/store';
import type { Finding } from './doctor.ts';
import type { Config } from './load-config.ts';

const minimumNodeMajor = 24;
const maxClockSkewMs = 2_000;
/** The day this check was written: a clock before it has lost its battery. */
const earliestPlausibleTime = Date.UTC(2026, 0, 1);

export function checkNode(version: string): Finding {
  const message = `Node ${version} on ${process.platform}-${process.arch}`;
  if (Number.parseInt(version, 10) >= minimumNodeMajor) return { check: 'node', status: 'ok', message };
  const help = `Start with \`npm start\`, which brings the right Node, or install Node ${minimumNodeMajor}.`;
  return { check: 'node', status: 'fail', message: `${message} is too old to run the server`, help };
}

/** A port that is taken by the server of this data folder is as it should be. */
export async function checkPort({ host, port, dataDir }: Config): Promise<Finding> {
  const code = await tryListen(host, port);
  if (code === undefined) return { check: 'port', status: 'ok', message: `${host}:${port} is free` };
  if (code === 'EADDRINUSE') {
    const owner = findRunningOwner(dataDir);
    if (owner !== undefined)
      return {
        check: 'port',
        status: 'ok',
        message: `${host}:${port} is in use; Navette runs as pid ${owner}`,
      };
    const help = 'Stop the program that has it, or choose another with NAVETTE_PORT.';
    return { check: 'port', status: 'fail', message: `${host}:${port} is taken by another program`, help };
  }
  const help =
    code === 'EACCES'
      ? 'Ports below 1024 need special rights: choose a higher one with NAVETTE_PORT.'
      : 'NAVETTE_HOST must be an address of this machine.';
  return { check: 'port', status: 'fail', message: `Cannot listen on ${host}:${port} (${code})`, help };
}

/** `skewMs`: the clock of the database minus ours; undefined when no database was asked. */
export function checkClock(skewMs: number | undefined, nowMs: number = Date.now()): Finding {
  const check = 'clock';
  const help = 'Set the clock, best by a time service (chrony, systemd-timesyncd).';
  if (nowMs < earliestPlausibleTime)
    return { check, status: 'fail', message: `The clock says ${new Date(nowMs).toISOString()}`, help };
  if (skewMs !== undefined && Math.abs(skewMs) > maxClockSkewMs) {
    const message = `The clocks of this machine and of the database differ by ${(skewMs / 1000).toFixed(1)} s`;
    return { check, status: 'warn', message, help };
  }
  return { check, status: 'ok', message: new Date(nowMs).toISOString() };
}

/** The process that holds the data folder, if it is alive. */
export function findRunningOwner(dataDir: string): number | undefined {
  const owner = readLockOwner(dataDir);
  if (!owner) return undefined;
  try {
    process.kill(owner.pid, 0);
    return owner.pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? owner.pid : undefined;
  }
}

async function tryListen(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
