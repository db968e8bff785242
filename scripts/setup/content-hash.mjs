import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A hash of files and whole folders below `root`, names included. What does not exist counts as absent. */
export function hashFiles(root, paths, seed = '') {
  const hash = createHash('sha256').update(seed);
  for (const path of paths) addPath(hash, root, path);
  return hash.digest('hex');
}

const skipped = new Set(['node_modules', 'dist', '.git']);

function addPath(hash, root, path) {
  const full = join(root, path);
  if (!existsSync(full)) {
    hash.update(`${path}\0absent\0`);
  } else if (statSync(full).isDirectory()) {
    for (const name of readdirSync(full).sort()) {
      if (!skipped.has(name)) addPath(hash, root, `${path}/${name}`);
    }
  } else {
    const content = readFileSync(full);
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
}

/** The packages of the workspace as paths: "packages/kit", "apps/web", … */
export function listWorkspaces(root) {
  return ['packages', 'apps'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .sort()
      .map((name) => `${folder}/${name}`)
      .filter((path) => existsSync(join(root, path, 'package.json'))),
  );
}
