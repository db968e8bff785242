/**
 * A program that does not find others, on a machine that has them: an unreadable file is laid over each in a mount
 * namespace of its own. Nobody else notices. What it starts is in there too.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, realpathSync } from 'node:fs';

/** Those of the paths that can be run, by their real names. */
export function listInstalled(places) {
  return [...new Set(places.filter(isExecutable).map((path) => realpathSync(path)))];
}

/** The same program and arguments, to be run where nothing of `paths` is. Undefined where this machine does not let us. */
export function hidePrograms(paths, command, args) {
  // Who is not root becomes it in a user namespace, but keeps its number: Postgres refuses to be run by root.
  const own = process.getuid() === 0 ? [] : ['--user', '--map-current-user', '--keep-caps'];
  const covers = paths.map((path) => `mount --bind /dev/null '${path}'`);
  const script = [...covers, 'exec "$@"'].join(' && ');
  const hidden = (program) => [...own, '--mount', 'sh', '-c', script, 'sh', ...program];
  try {
    const probe = paths.map((path) => `! test -x '${path}'`);
    execFileSync('unshare', hidden(['sh', '-c', probe.join(' && ')]), { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return { command: 'unshare', args: hidden([command, ...args]) };
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
