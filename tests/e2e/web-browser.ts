/** A real browser for the tests of the web app. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const builtPage = fileURLToPath(new URL('../../apps/web/dist/index.html', import.meta.url));
const executable = process.env['NAVETTE_TEST_CHROMIUM'] ?? '/usr/bin/chromium';

/** Why there are no browser tests here; undefined where there are. */
export function whyNoBrowser(): string | undefined {
  if (process.env['NAVETTE_TEST_SKIP_BROWSER'] === '1') return 'NAVETTE_TEST_SKIP_BROWSER is set';
  return undefined;
}

/** Pages are seen once here: what it costs to make their scripts faster is never earned back (a fifth of all CPU). */
const plainScripts = '--js-flags=--no-maglev,--no-turbofan';

export async function launchBrowser(): Promise<Browser> {
  if (!existsSync(builtPage)) throw new Error('The web app is not built. `npm test` builds it first.');
  return chromium.launch({
    executablePath: executable,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      plainScripts,
    ],
  });
}

export interface Visit {
  page: Page;
  /** Errors of the page and on its console so far, except for refusals that a test provokes. */
  errors: string[];
  close(): Promise<void>;
}

export interface VisitOptions extends BrowserContextOptions {
  /** "name=value; name=value" of somebody who is signed in. */
  cookie?: string;
  /** Console errors that the test provokes. */
  expected?: RegExp;
}

/** A new profile with one page. English, light, 1280 × 800, unless said otherwise. */
export async function openVisit(browser: Browser, url: string, options: VisitOptions = {}): Promise<Visit> {
  const { cookie, expected, ...contextOptions } = options;
  const context = await browser.newContext({
    baseURL: url,
    locale: 'en-GB',
    colorScheme: 'light',
    viewport: { width: 1280, height: 800 },
    ...contextOptions,
  });
  context.setDefaultTimeout(30_000);
  if (cookie) await context.addCookies(parseCookies(cookie, url));
  const page = await context.newPage();
  const errors: string[] = [];
  const note = (text: string) => {
    if (!expected?.test(text)) errors.push(text);
  };
  page.on('pageerror', (error) => note(`${error.name}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') note(message.text());
  });
  return { page, errors, close: () => context.close() };
}

function parseCookies(cookie: string, url: string) {
  return cookie.split('; ').map((pair) => {
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1), url };
  });
}
