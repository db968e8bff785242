import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { cliErrors } from '../errors.ts';

const serverMain = fileURLToPath(new URL('../../../server/src/main.ts', import.meta.url));

/**
 * Runs the server program of this repository to its end, in this terminal; resolves with its exit code. It has a group
 * of its own, so that Ctrl-C reaches it once, and a channel that closes when this process dies: its sign to stop.
 * Throws CLI_SERVER_MISSING.
 */
export async function runServerProgram(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  if (!existsSync(serverMain)) throw cliErrors.create('CLI_SERVER_MISSING', { params: { path: serverMain } });
  const child = spawn(process.execPath, [serverMain, ...args], {
    env,
    detached: process.platform !== 'win32',
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const forward = signals.map((signal) => () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal));
  for (const [index, signal] of signals.entries()) process.on(signal, forward[index]!);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    for (const [index, signal] of signals.entries()) process.off(signal, forward[index]!);
  }
}
