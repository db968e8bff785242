/** Every page of the web app: can be used with a screen reader, in both languages and colours, narrow and wide. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { routes, type WorkflowDefinitionInput } from '@navette/contracts';
import { waitFor } from '@navette/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { english } from '../../apps/web/src/i18n/english.ts';
import { french } from '../../apps/web/src/i18n/french.ts';
import { startServer, type TestServer } from './start-server.ts';
import { launchBrowser, openVisit, type Visit, whyNoBrowser } from './web-browser.ts';

const reason = whyNoBrowser();
if (reason) console.log(`Browser tests are skipped: ${reason}.`);

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const dist = fileURLToPath(new URL('../../apps/web/dist/', import.meta.url));

interface AxeResult {
  violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[];
}

/** Rules that are experimental, or wrong about what lies below an open dialog. */
const axeRules = {
  'label-content-name-mismatch': { enabled: false },
  'landmark-no-duplicate-banner': { enabled: false },
  'landmark-unique': { enabled: false },
};

/** Everything against WCAG 2.2 A and AA. */
const allRules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What colours and the length of words can change. */
const rulesOfLooks = ['color-contrast', 'link-in-text-block', 'target-size'];

/** What axe finds, one line per rule and place. */
async function checkAccessibility(page: Page, runOnly: readonly string[] = allRules): Promise<string[]> {
  await page.evaluate(axeSource);
  const options = JSON.stringify({ runOnly, rules: axeRules });
  const result = await page.evaluate<AxeResult>(`axe.run(document, ${options})`);
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.map(
      (node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary.split('\n').slice(1).join(' ')}`,
    ),
  );
}

/** Names of nodes and fields here, which are words of the app as well. */
const namesOfData = ['Account', 'Code', 'Result', 'Start', 'Stop'];
/** English texts that are others in French, as long as they have no holes. */
const englishOnly = Object.entries(english).flatMap(([key, text]) =>
  text.includes('{') || text === french[key as keyof typeof english] || namesOfData.includes(text)
    ? []
    : [text],
);

/** What people read or hear on the page: text, names, placeholders. */
async function readWords(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const words = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) words.push(node.data);
      else for (const name of ['aria-label', 'placeholder', 'title', 'alt']) words.push(node.getAttribute(name) ?? '');
    }
    return words.map((text) => text.trim()).filter(Boolean);
  })()`);
}

let browser: Browser;
let server: TestServer;
let cookie: string;
let workflowId: string;
let executionId: string;
/** One that failed unattended. */
let failedId: string;
/** Where the link to an approval leads. */
let decidePath: string;

beforeAll(async () => {
  if (reason) return;
  browser = await launchBrowser();
  server = await startServer();
  ({ cookie } = await server.createOwner());
  const workflow = await server.api(routes.installTemplate, { params: { name: 'monthly-weather-report' } });
  workflowId = workflow.id;
  ({ executionId } = await server.api(routes.runWorkflow, { params: { workflowId }, body: {} }));
  await waitFor(
    async () =>
      (await server.api(routes.getExecution, { params: { executionId } })).status === 'succeeded' ||
      undefined,
    { timeoutMs: 60_000, what: 'the weather report' },
  );
  const body = { name: 'Weather desk', type: 'http-bearer', data: { token: 'secret' } };
  await server.api(routes.createCredential, { body });
  failedId = await runUntil('failed', [
    { id: 'stop', name: 'Stop', type: 'stop-with-error', parameters: { message: 'No cotton left' } },
  ]);
  const asks = await runUntil('waiting', [
    {
      id: 'link',
      name: 'Link',
      type: 'set-fields',
      parameters: {
        fields: [{ name: 'link', value: "{{ $execution.links.approval('ana@example.test') }}" }],
      },
    },
    {
      id: 'ask',
      name: 'Ask',
      type: 'approval',
      parameters: {
        title: 'Pay the mill?',
        message: 'It is **much**',
        people: ['ana@example.test'],
        fields: [{ name: 'account', label: 'Account', type: 'text', required: true }],
      },
    },
  ]);
  const data = await server.api(routes.getStepData, { params: { executionId: asks, path: 'link' } });
  const link = new URL(String(data.outputs['main']![0]!.json['link']));
  decidePath = link.pathname + link.hash;
});

/** Runs a chain of nodes until its execution is in that state. */
async function runUntil(status: string, nodes: WorkflowDefinitionInput['nodes']): Promise<string> {
  const chain = [{ id: 'start', name: 'Start', type: 'manual-trigger' }, ...nodes];
  const edges = nodes.map(({ id }, index) => ({ from: chain[index]!.id, to: id }));
  const { id } = await server.api(routes.createWorkflow, {
    body: { name: `Is ${status}`, description: '', definition: { nodes: chain, edges } },
  });
  const started = await server.api(routes.runWorkflow, { params: { workflowId: id }, body: {} });
  const params = { executionId: started.executionId };
  await waitFor(
    async () => (await server.api(routes.getExecution, { params })).status === status || undefined,
    {
      timeoutMs: 60_000,
      what: `an execution to be ${status}`,
    },
  );
  return started.executionId;
}

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

interface PageCase {
  name: string;
  path: () => string;
  /** Something that is there once the page is. */
  ready: string;
  act?: (page: Page) => Promise<void>;
}

const pages: PageCase[] = [
  { name: 'workflows', path: () => '/workflows', ready: 'main a[href^="/workflows/wfl_"]' },
  { name: 'workflow', path: () => `/workflows/${workflowId}?node=read`, ready: '.react-flow__node' },
  { name: 'definition', path: () => `/workflows/${workflowId}?tab=definition`, ready: '.cm-content' },
  {
    name: 'workflow settings',
    path: () => `/workflows/${workflowId}?tab=settings`,
    ready: 'main form',
    async act(page) {
      for (const box of await page.locator('main form input[type=checkbox]').all()) await box.check();
    },
  },
  { name: 'versions', path: () => `/workflows/${workflowId}?tab=versions`, ready: 'tbody tr' },
  { name: 'workflow executions', path: () => `/workflows/${workflowId}?tab=executions`, ready: 'tbody tr' },
  {
    name: 'run dialog',
    path: () => `/workflows/${workflowId}`,
    ready: '.react-flow__node',
    async act(page) {
      await page.keyboard.press('Control+k');
      await page.locator('[role=option]').first().click();
      await page.locator('[role=dialog] .cm-content').waitFor();
    },
  },
  { name: 'executions', path: () => '/executions', ready: 'tbody tr' },
  { name: 'execution', path: () => `/executions/${executionId}?step=read`, ready: 'aside tbody tr' },
  {
    name: 'execution canvas',
    path: () => `/executions/${executionId}?tab=canvas`,
    ready: '.react-flow__node',
  },
  { name: 'files', path: () => `/executions/${executionId}?tab=files`, ready: 'iframe' },
  { name: 'credentials', path: () => '/credentials', ready: 'tbody tr' },
  { name: 'API keys', path: () => '/api-keys', ready: 'tbody tr' },
  { name: 'audit', path: () => '/audit', ready: 'tbody tr' },
  { name: 'queue', path: () => '/queue', ready: 'tbody input[type=checkbox]' },
  { name: 'approvals', path: () => '/approvals', ready: 'article form' },
  { name: 'decide', path: () => decidePath, ready: 'form' },
  {
    name: 'rerun dialog',
    path: () => `/executions/${failedId}?step=stop`,
    ready: 'aside',
    async act(page) {
      await page.locator('aside button:has(.tabler-icon-player-track-next)').click();
      await page.locator('[role=dialog] input[type=checkbox]').check();
      await page.locator('[role=dialog] .cm-content').waitFor();
    },
  },
  {
    name: 'fork dialog',
    path: () => `/executions/${executionId}`,
    ready: 'button[aria-haspopup=menu]:has(.tabler-icon-dots)',
    async act(page) {
      await page.locator('button[aria-haspopup=menu]:has(.tabler-icon-dots)').click();
      await page.locator('[role=menuitem]:has(.tabler-icon-git-fork)').click();
      await page.locator('[role=dialog] input[value=event]').check();
      await page.locator('[role=dialog] input[role=combobox]:enabled').first().waitFor();
    },
  },
  {
    name: 'replay dialog',
    path: () => `/executions/${failedId}`,
    ready: 'button[aria-haspopup=menu]:has(.tabler-icon-dots)',
    async act(page) {
      await page.locator('button[aria-haspopup=menu]:has(.tabler-icon-dots)').click();
      await page.locator('[role=menuitem]:has(.tabler-icon-versions)').click();
      await page.locator('[role=dialog] button:has(.tabler-icon-versions)').click();
      await page.locator('[role=dialog] li').first().waitFor();
    },
  },
  { name: 'nodes', path: () => '/nodes', ready: 'main a[href="/nodes/if"]' },
  { name: 'node', path: () => '/nodes/http-request', ready: 'main h2' },
  { name: 'settings', path: () => '/settings', ready: 'main table' },
  {
    name: 'palette',
    path: () => '/settings',
    ready: 'main table',
    async act(page) {
      await page.keyboard.press('Control+k');
      await page.locator('[role=option]').first().waitFor();
    },
  },
  { name: 'nowhere', path: () => '/nowhere', ready: 'h1' },
];

const looks = [
  { colorScheme: 'light', locale: 'en-GB', rules: allRules },
  { colorScheme: 'dark', locale: 'fr-FR', rules: rulesOfLooks },
] as const;

describe.skipIf(reason).each(looks)('every page, $colorScheme, $locale', ({ rules, ...look }) => {
  let visit: Visit;
  beforeAll(async () => {
    visit = await openVisit(browser, server.url, { cookie, reducedMotion: 'reduce', ...look });
  });
  afterAll(() => visit.close());

  test.each(pages)('$name', async ({ path, ready, act }) => {
    const { page } = visit;
    visit.errors.length = 0;
    await page.goto(path());
    await page.locator(ready).first().waitFor();
    await act?.(page);
    expect(await page.locator('html').getAttribute('lang')).toBe(look.locale.slice(0, 2));
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe(look.colorScheme);
    expect(await page.locator('h1').count()).toBe(1);
    expect(await checkAccessibility(page, rules)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1280);
    if (look.locale === 'fr-FR') {
      const words = new Set(await readWords(page));
      expect(englishOnly.filter((text) => words.has(text))).toEqual([]);
    }
    expect(visit.errors).toEqual([]);
  });
});

describe.skipIf(reason)('choices of the reader', () => {
  test('language and colours are kept, and the page never shows others first', async () => {
    const visit = await openVisit(browser, server.url, { cookie });
    const { page } = visit;
    await page.goto('/settings');
    await page.locator('label', { hasText: 'Français' }).click();
    await page.getByRole('heading', { name: 'Réglages', level: 1 }).waitFor();
    await page.locator('label', { hasText: 'Sombre' }).click();
    const html = page.locator('html');
    expect(await html.getAttribute('data-mantine-color-scheme')).toBe('dark');
    await page.addInitScript(`
      document.addEventListener('DOMContentLoaded', () => {
        window.firstScheme = document.documentElement.getAttribute('data-mantine-color-scheme');
      });
    `);
    await page.goto('/executions');
    await page.getByRole('heading', { name: 'Exécutions', level: 1 }).waitFor();
    expect(await page.evaluate('window.firstScheme')).toBe('dark');
    expect(await html.getAttribute('lang')).toBe('fr');
    await page.getByRole('row', { name: /Réussi.*L’API/ }).waitFor();
    expect(visit.errors).toEqual([]);
    await visit.close();
  });

  test('who has not chosen gets the language of the browser', async () => {
    const visit = await openVisit(browser, server.url, { locale: 'fr-CA', expected: /401/ });
    await visit.page.goto('/');
    await visit.page.getByRole('button', { name: 'Se connecter' }).waitFor();
    await visit.page.getByRole('button', { name: 'Switch to English' }).click();
    await visit.page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await checkAccessibility(visit.page)).toEqual([]);
    await visit.close();
  });

  test('canvas and editor speak French to a screen reader too', async () => {
    const visit = await openVisit(browser, server.url, { cookie, locale: 'fr-FR' });
    await visit.page.goto(`/workflows/${workflowId}`);
    await visit.page.locator('.react-flow__node').first().waitFor();
    const spoken = await visit.page.locator('[id^=react-flow__node-desc]').textContent();
    expect(spoken).toBe(french['canvas.nodeKeys']);
    await visit.page.goto(`/workflows/${workflowId}?tab=definition`);
    await visit.page.getByTitle(french['json.fold']).first().waitFor();
    expect(await visit.page.getByTitle('Fold line').count()).toBe(0);
    await visit.close();
  });

  test('errors are said in French too', async () => {
    const visit = await openVisit(browser, server.url, { cookie, locale: 'fr-FR', expected: /404/ });
    await visit.page.goto(`/workflows/wfl_${'0'.repeat(32)}`);
    await visit.page.getByRole('heading', { name: 'Ce workflow n’existe pas' }).waitFor();
    expect(await visit.page.getByText('WORKFLOW_NOT_FOUND').isVisible()).toBe(true);
    await visit.close();
  });
});

describe.skipIf(reason)('narrow screens', () => {
  test.each([
    { width: 900, paths: ['/workflows', '/executions', '/nodes', '/api-keys'] },
    { width: 390, paths: ['/workflows', '/executions', '/credentials', '/queue', '/approvals'] },
  ])('$width pixels: nothing is cut off sideways', async ({ width, paths }) => {
    const visit = await openVisit(browser, server.url, { cookie, viewport: { width, height: 800 } });
    for (const path of [...paths, `/workflows/${workflowId}`, `/executions/${executionId}`]) {
      await visit.page.goto(path);
      await visit.page.locator('h1').waitFor();
      expect([path, await visit.page.evaluate('document.documentElement.scrollWidth')]).toEqual([
        path,
        width,
      ]);
    }
    expect(visit.errors).toEqual([]);
    await visit.close();
  });

  test('a phone shows the buttons of the definition and the badges of versions whole', async () => {
    const visit = await openVisit(browser, server.url, { cookie, viewport: { width: 390, height: 800 } });
    const { page } = visit;
    await page.goto(`/workflows/${workflowId}?tab=definition`);
    const apply = page.getByRole('button', { name: english['definition.apply'] });
    await apply.waitFor();
    const cut = await apply.evaluate((button) => {
      const { bottom } = button.getBoundingClientRect();
      return bottom > button.closest('[class*=side]')!.getBoundingClientRect().bottom;
    });
    expect(cut).toBe(false);
    await page.goto(`/workflows/${workflowId}?tab=versions`);
    const badge = page.getByRole('cell').getByText(english['versions.draft'], { exact: true });
    await badge.waitFor();
    expect(await badge.evaluate((label) => label.scrollWidth <= label.clientWidth)).toBe(true);
    await visit.close();
  });

  test('the audit log calls who is signed in by name', async () => {
    const visit = await openVisit(browser, server.url, { cookie });
    await visit.page.goto('/audit');
    await visit.page
      .getByRole('cell', { name: /Owner$/ })
      .first()
      .waitFor();
    await visit.close();
  });

  test('the menu opens and closes on a phone', async () => {
    const visit = await openVisit(browser, server.url, { cookie, viewport: { width: 390, height: 800 } });
    const { page } = visit;
    await page.goto('/workflows');
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('link', { name: 'Executions', exact: true }).click();
    await page.getByRole('heading', { name: 'Executions', level: 1 }).waitFor();
    await waitFor(
      async () =>
        (await page.getByRole('button', { name: 'Menu' }).getAttribute('aria-expanded')) === 'false' ||
        undefined,
      { what: 'the menu to close' },
    );
    await visit.close();
  });
});

describe.skipIf(reason)('a server that goes away', () => {
  test('the page stays, and shows what was asked for when the server is back', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'navette-away-'));
    let own = await startServer({ dataDir });
    onTestFinished(async () => {
      // Nothing to end unless the test failed.
      await own.kill('SIGKILL').catch(() => undefined);
      rmSync(dataDir, { recursive: true });
    });
    const { port } = new URL(own.url);
    const { cookie } = await own.createOwner();
    const visit = await openVisit(browser, own.url, { cookie });
    const { page } = visit;
    await page.goto('/executions');
    await page.getByRole('heading', { name: english['nav.executions'], level: 1 }).waitFor();
    await page.evaluate('window.isSamePage = true');
    await own.kill('SIGKILL');
    await page.getByText(english['connection.lost']).waitFor();
    await page.getByRole('link', { name: english['nav.audit'] }).click();
    await page.getByLabel(english['common.loading']).waitFor();
    own = await startServer({ dataDir, port: Number(port) });
    await page.getByRole('heading', { name: english['nav.audit'], level: 1 }).waitFor();
    expect(await page.evaluate('window.isSamePage')).toBe(true);
    await visit.close();
    await own.stop();
  });
});

describe.skipIf(reason)('weight', () => {
  test('the first page needs less than 250 kB of script, and loads neither canvas nor editor', async () => {
    const visit = await openVisit(browser, server.url, { cookie });
    const scripts: string[] = [];
    visit.page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (pathname.endsWith('.js')) scripts.push(pathname);
    });
    await visit.page.goto('/workflows');
    await visit.page.locator('main a[href^="/workflows/wfl_"]').first().waitFor();
    const sizes = scripts.map((path) => gzipSync(readFileSync(join(dist, path))).length);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    console.log(`Script of the first page: ${Math.round(total / 1024)} kB gzip in ${scripts.length} files`);
    expect(scripts.filter((path) => /workflow-canvas|json-editor/.test(path))).toEqual([]);
    expect(total).toBeLessThan(250 * 1024);
    await visit.close();
  });

  test('a workflow of 500 nodes can be walked through', async () => {
    const ids = Array.from({ length: 500 }, (_, index) => `n${index}`);
    const workflow = await server.api(routes.createWorkflow, {
      body: {
        name: 'Large',
        description: '',
        definition: {
          nodes: ids.map((id, index) =>
            index === 0
              ? { id, name: id, type: 'manual-trigger' }
              : {
                  id,
                  name: id,
                  type: 'no-op',
                  position: [240 * (index % 25), 120 * Math.floor(index / 25)] as [number, number],
                },
          ),
          edges: ids.slice(1).map((to, index) => ({ from: ids[Math.floor(index / 2)]!, to })),
        },
      },
    });
    const visit = await openVisit(browser, server.url, { cookie });
    const { page } = visit;
    await page.goto(`/workflows/${workflow.id}`);
    const nodes = page.locator('.react-flow__node');
    await nodes.first().waitFor();
    expect(await nodes.count()).toBeLessThan(200);
    await nodes.first().focus();
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('ArrowRight');
      await page.locator(`.react-flow__node[data-id="n${step + 1}"]:focus`).waitFor();
    }
    expect(visit.errors).toEqual([]);
    await visit.close();
  });
});
