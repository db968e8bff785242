import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Whether Debian packages can be installed here without asking anybody. */
export function mayInstallPackages() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

export async function installPackages(names) {
  await runApt(['update', '-q']);
  await runApt(['install', '-q', '-y', '--no-install-recommends', ...names]);
}

async function runApt(args) {
  const child = spawn('apt-get', args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    // The runlevel keeps the package of a server from starting it.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors = (errors + text).slice(-2_000);
  });
  const exitCode = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (exitCode !== 0) throw new Error(`apt-get ${args[0]} ended with ${exitCode}: ${errors.trim()}`);
}
