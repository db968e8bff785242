import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { freemem, userInfo } from 'node:os';
import { join } from 'node:path';

const leastFolderBytes = 4 * 2 ** 30;
const leastFreeBytes = 6 * 2 ** 30;
const keptMs = 24 * 3_600_000;

/**
 * A folder in memory for what tests write, where there is room for one: they start dozens of databases, and a disk made
 * them wait for half of their time (a first start: 8 s, in memory 2). Gives `{ env, close }`; the environment is empty where
 * the disk has to do, or where TMPDIR says where to.
 */
export function openMemoryFolder({ base = '/dev/shm', environment = process.env, freeBytes = freemem } = {}) {
  const none = { env: {}, close() {} };
  if (environment.TMPDIR || freeBytes() < leastFreeBytes) return none;
  const path = join(base, `navette-tests-${userInfo().uid}`);
  try {
    const { bavail, bsize } = statfsSync(base);
    if (bavail * bsize < leastFolderBytes) return none;
    mkdirSync(path, { recursive: true });
    if (statSync(path).uid !== userInfo().uid) return none;
    // Postgres has to get through when it runs as somebody else.
    chmodSync(path, 0o755);
    removeOld(path);
    if (!runsPrograms(path)) return none;
  } catch {
    // There is no such place here (another system), or it is not ours to write to.
    return none;
  }
  return { env: { TMPDIR: path }, close: () => removeEmpty(path) };
}

/** What runs that were killed have left; those of today clear up what still runs in it themselves. */
function removeOld(path) {
  for (const name of readdirSync(path)) {
    const entry = join(path, name);
    if (Date.now() - statSync(entry).mtimeMs > keptMs) rmSync(entry, { recursive: true, force: true });
  }
}

/** Containers often forbid to run what lies in such a place. */
function runsPrograms(path) {
  const program = join(path, `probe-${process.pid}`);
  writeFileSync(program, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  const { status } = spawnSync(program);
  rmSync(program);
  return status === 0;
}

function removeEmpty(path) {
  try {
    rmdirSync(path);
  } catch {
    // Another run is at work in it.
  }
}
