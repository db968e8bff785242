import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashFiles, listWorkspaces } from './content-hash.mjs';
import { runStep } from './progress.mjs';
import { SetUpError } from './set-up-error.mjs';

/** Builds apps/web when its sources, those of the packages it uses, or the dependencies have changed. */
export async function ensureWebApp(root, runtime) {
  const wanted = hashFiles(root, ['package-lock.json', ...listSources(root)]);
  const stampPath = join(root, 'apps', 'web', 'dist', '.navette-stamp');
  if (readText(stampPath) === wanted) return;
  await runStep('Building the web app', () => build(root, runtime));
  writeFileSync(stampPath, wanted);
}

/** "apps/web" and, from package.json to package.json, every package of the workspace that it uses. */
function listSources(root) {
  const pathByName = new Map(listWorkspaces(root).map((path) => [readManifest(root, path).name, path]));
  const sources = new Set(['apps/web']);
  for (const path of sources) {
    for (const name of Object.keys(readManifest(root, path).dependencies ?? {})) {
      const used = pathByName.get(name);
      if (used) sources.add(used);
    }
  }
  return [...sources].sort();
}

async function build(root, runtime) {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const child = spawn(runtime, [vite, 'build', '--logLevel', 'warn'], {
    cwd: join(root, 'apps', 'web'),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const read = (text) => {
    output = (output + text).slice(-20_000);
  };
  child.stdout.setEncoding('utf8').on('data', read);
  child.stderr.setEncoding('utf8').on('data', read);
  const exitCode = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (exitCode !== 0 || !existsSync(join(root, 'apps', 'web', 'dist', 'index.html'))) {
    throw new SetUpError(`The web app could not be built (vite ended with ${exitCode}).`, output.trim());
  }
}

function readManifest(root, path) {
  return JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
