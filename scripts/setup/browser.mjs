import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installPackages, mayInstallPackages } from './apt-packages.mjs';
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
  if (!mayInstallPackages()) return undefined;
  try {
    await runStep('Installing Chromium for the browser tests (apt-get)', () => installPackages(['chromium']));
  } catch (error) {
    console.log(error.message);
  }
  return findBrowser();
}
