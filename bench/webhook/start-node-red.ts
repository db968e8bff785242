import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProgram } from '../child-program.ts';
import { findFreePort } from '../free-port.ts';
import { isAnswering, path } from './order.ts';
import type { Subject } from './subject.ts';

const peers = fileURLToPath(new URL('../peers', import.meta.url));
const installed = join(peers, 'node_modules', 'node-red');

/** Node-RED with the flow of bench/peers, in a user folder of its own that is removed at the end. */
export async function startNodeRed(): Promise<Subject> {
  await ensureInstalled();
  const userDir = mkdtempSync(join(tmpdir(), 'navette-bench-node-red-'));
  copyFileSync(join(peers, 'node-red-flow.json'), join(userDir, 'flows.json'));
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}/${path}`;
  const settings = join(peers, 'node-red-settings.js');
  const program = await startProgram({
    name: 'Node-RED',
    command: process.execPath,
    args: [join(installed, 'red.js'), '--userDir', userDir, '--settings', settings, '--no-telemetry'],
    env: { PORT: String(port) },
    cwd: userDir,
    isReady: () => isAnswering(url),
  });
  return {
    name: 'Node-RED',
    work: 'the same flow in memory; nothing stored',
    version: readVersion(join(installed, 'package.json')),
    url,
    pid: program.pid,
    async stop() {
      await program.stop();
      rmSync(userDir, { recursive: true, force: true });
    },
  };
}

/** Installs the peers when their lockfile has not been installed yet. Install scripts stay off: none is needed. */
async function ensureInstalled(): Promise<void> {
  const wanted = readLockedVersion();
  if (existsSync(join(installed, 'package.json')) && readVersion(join(installed, 'package.json')) === wanted)
    return;
  console.error(
    `Installing Node-RED ${wanted} for comparison (about 280 packages, only for this benchmark) …`,
  );
  const startedAt = Date.now();
  const ticker = setInterval(() => {
    console.error(`  still installing, ${Math.round((Date.now() - startedAt) / 1000)} s`);
  }, 5_000);
  try {
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
    const child = spawn('npm', args, {
      cwd: peers,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    });
    const exitCode = await new Promise((resolve, reject) => child.on('error', reject).on('exit', resolve));
    if (exitCode !== 0) throw new Error(`Node-RED could not be installed: npm ci in ${peers} failed`);
  } finally {
    clearInterval(ticker);
  }
}

function readLockedVersion(): string {
  const lock = JSON.parse(readFileSync(join(peers, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  return lock.packages['node_modules/node-red']!.version;
}

function readVersion(path: string): string {
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
