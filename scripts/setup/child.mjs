import { spawn } from 'node:child_process';

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const numbers = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

/**
 * Runs a program to its end, passing our signals on, and returns the exit code to end with ourselves.
 *
 * A `guarded` program gets its own process group, so that Ctrl-C reaches it once (through us) and not twice, and an IPC
 * channel that closes when we die, however that happens: its sign to stop.
 * @param {{command: string, args: string[], cwd?: string | URL, env?: object, guarded?: boolean}} program
 */
export function runChild({ command, args, cwd, env, guarded = false }) {
  const child = spawn(command, args, {
    cwd,
    env: env ? { ...process.env, ...env } : process.env,
    detached: guarded && process.platform !== 'win32',
    stdio: guarded ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
  });
  const stopForwarding = forwardSignals([child]);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      stopForwarding();
      resolve(code ?? 128 + (numbers[signal] ?? 0));
    });
  });
}

/** Passes SIGINT, SIGTERM and SIGHUP (the terminal was closed) on; the last as SIGTERM. Returns how to stop that. */
export function forwardSignals(children) {
  const handlers = forwarded.map((signal) => {
    const handler = () => {
      for (const child of children) child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  return () => {
    for (const stop of handlers) stop();
  };
}
