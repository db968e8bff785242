import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runStep } from './progress.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const fixedPaths = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/snap/bin/chromium'];

/**
 * The environment that tells browser tests which browser to use, or to skip. Debian's Chromium is installed when it is
 * missing and we may.
 */
export async function ensureBrowser() {
  const found = findBrowser() ?? (await installBrowser());
  if (found) return { NAVETTE_TEST_CHROMIUM: found };
  console.log(
    '! No Chromium here: the browser tests are SKIPPED. Install one (apt-get install chromium) to run them.',
  );
  return { NAVETTE_TEST_SKIP_BROWSER: '1' };
}

export function findBrowser(environment = process.env) {
  const chosen = environment.NAVETTE_TEST_CHROMIUM;
  if (chosen) return chosen;
  const folders = (environment.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return [...candidates, ...fixedPaths].find((path) => existsSync(path));
}

async function installBrowser() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined;
  try {
    await runStep('Installing Chromium for the browser tests (apt-get)', async () => {
      await runApt(['update', '-q']);
      await runApt(['install', '-q', '-y', '--no-install-recommends', 'chromium']);
    });
  } catch (error) {
    console.log(error.message);
  }
  return findBrowser();
}

async function runApt(args) {
  const child = spawn('apt-get', args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors = (errors + text).slice(-2_000);
  });
  const exitCode = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (exitCode !== 0) throw new Error(`apt-get ${args[0]} ended with ${exitCode}: ${errors.trim()}`);
}
