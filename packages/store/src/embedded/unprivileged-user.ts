import { readFileSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { embeddedErrors } from './embedded-error.ts';

/** Whose rights a process runs with. */
export interface ProcessUser {
  name: string;
  uid: number;
  gid: number;
}

/** `nobody` comes last: other services share it, and then could reach the socket. */
const preferredNames = ['navette', 'postgres', 'nobody'];

/** Whether this process has to hand Postgres to another user, because Postgres refuses to run as root. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * The user that Postgres runs as when we are root: the owner of existing data, or the best of /etc/passwd.
 * Throws STORE_NO_UNPRIVILEGED_USER.
 */
export function chooseUnprivilegedUser(existing?: Stats, passwdPath = '/etc/passwd'): ProcessUser {
  const users = parsePasswd(readFileSync(passwdPath, 'utf8'));
  if (existing && existing.uid !== 0) {
    const name = users.find((user) => user.uid === existing.uid)?.name ?? String(existing.uid);
    return { name, uid: existing.uid, gid: existing.gid };
  }
  for (const name of preferredNames) {
    const user = users.find((candidate) => candidate.name === name && candidate.uid !== 0);
    if (user) return user;
  }
  throw embeddedErrors.create('STORE_NO_UNPRIVILEGED_USER');
}

/** Whether the mode bits let the user walk down to `path`, and enter it when it is a folder. */
export function isReachable(path: string, user: ProcessUser): boolean {
  for (let at = path; ; at = dirname(at)) {
    if (!mayExecute(statSync(at), user)) return false;
    if (dirname(at) === at) return true;
  }
}

function mayExecute(stats: Stats, user: ProcessUser): boolean {
  if (stats.uid === user.uid) return (stats.mode & 0o100) !== 0;
  if (stats.gid === user.gid) return (stats.mode & 0o010) !== 0;
  return (stats.mode & 0o001) !== 0;
}

function parsePasswd(text: string): ProcessUser[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}
