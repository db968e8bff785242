/** Peers live in bench/peers with a lockfile of their own, and are installed when a benchmark first needs one. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const peersFolder = fileURLToPath(new URL('./peers', import.meta.url));

/** Installs what the lockfile names unless this package is there in its version. Gives the version. */
export async function installPeer(name: string): Promise<string> {
  const wanted = readLockedVersion(name);
  const manifest = join(peersFolder, 'node_modules', name, 'package.json');
  if (existsSync(manifest) && readVersion(manifest) === wanted) return wanted;
  console.error(`Installing the peers of the benchmarks for ${name} ${wanted} (about 300 packages) …`);
  const startedAt = Date.now();
  const ticker = setInterval(() => {
    console.error(`  still installing, ${Math.round((Date.now() - startedAt) / 1_000)} s`);
  }, 5_000);
  try {
    // Install scripts stay off: none is needed.
    const child = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: peersFolder,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    });
    const exitCode = await new Promise((resolve, reject) => child.on('error', reject).on('exit', resolve));
    if (exitCode !== 0) throw new Error(`The peers could not be installed: npm ci in ${peersFolder} failed`);
  } finally {
    clearInterval(ticker);
  }
  return wanted;
}

function readLockedVersion(name: string): string {
  const lock = JSON.parse(readFileSync(join(peersFolder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  const entry = lock.packages[`node_modules/${name}`];
  if (!entry) throw new Error(`The lockfile of the peers has no ${name}`);
  return entry.version;
}

function readVersion(path: string): string {
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
