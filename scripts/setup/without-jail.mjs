/**
 * Programs that find no bubblewrap, on a machine that has it: an unreadable file is laid over it in a mount namespace of
 * their own. Nobody else notices. What they start is in there too.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, realpathSync } from 'node:fs';

/** Where the sandbox looks for it (packages/sandbox/src/runner/jail.ts). */
const places = ['/usr/bin/bwrap', '/bin/bwrap', '/usr/local/bin/bwrap'];

export function hasBubblewrap() {
  return listInstalled().length > 0;
}

/** The same program and arguments, to be run where no bubblewrap is. Undefined where this machine does not let us. */
export function hideBubblewrap(command, args) {
  // Who is not root becomes it in a user namespace, but keeps its number: Postgres refuses to be run by root.
  const own = process.getuid() === 0 ? [] : ['--user', '--map-current-user', '--keep-caps'];
  const covers = listInstalled().map((path) => `mount --bind /dev/null '${path}'`);
  const script = [...covers, 'exec "$@"'].join(' && ');
  const hidden = (program) => [...own, '--mount', 'sh', '-c', script, 'sh', ...program];
  try {
    const probe = listInstalled().map((path) => `! test -x '${path}'`);
    execFileSync('unshare', hidden(['sh', '-c', probe.join(' && ')]), { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return { command: 'unshare', args: hidden([command, ...args]) };
}

function listInstalled() {
  return [...new Set(places.filter(isExecutable).map((path) => realpathSync(path)))];
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
