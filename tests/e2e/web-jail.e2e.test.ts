/** Whether code is held by a jail, as a browser is told: on a server that finds no bubblewrap and may go without, and as it is. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { routes, type WorkflowDefinitionInput } from '@navette/contracts';
import { waitFor } from '@navette/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
// @ts-expect-error plain JavaScript that runs before anything is installed
import { hidePrograms, listInstalled } from '../../scripts/setup/hide-programs.mjs';
import { startServer, type TestServer } from './start-server.ts';
import { launchBrowser, openVisit, type Visit, type VisitOptions, whyNoBrowser } from './web-browser.ts';

const jails: string[] = listInstalled(['/usr/bin/bwrap', '/bin/bwrap', '/usr/local/bin/bwrap']);
const reason =
  whyNoBrowser() ??
  (jails.length > 0 && !hidePrograms(jails, 'true', []) ? 'no namespace to hide bubblewrap in' : undefined);
if (reason) console.log(`Browser tests are skipped: ${reason}.`);

type Node = WorkflowDefinitionInput['nodes'][number];
const code = (id: string, name: string, parameters: Record<string, string>): Node => ({
  id,
  name,
  type: 'code',
  parameters,
});
const definition: WorkflowDefinitionInput = {
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    code('heavy', 'Heavy', { engine: 'v8', source: "console.log('at work');\nreturn [{ n: 1 }];" }),
    code('light', 'Light', { source: 'return [{ n: 2 }];' }),
  ],
  edges: [
    { from: 'start', to: 'heavy' },
    { from: 'heavy', to: 'light' },
  ],
};
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const anyNotice = /without a jail|sans (l’|être )enferm/;

let browser: Browser;
let server: TestServer;
let cookie: string;
let visit: Visit;

async function open(path: string, options: VisitOptions = {}): Promise<Page> {
  visit = await openVisit(browser, server.url, { cookie, reducedMotion: 'reduce', ...options });
  await visit.page.goto(path);
  return visit.page;
}

const create = async () =>
  (await server.api(routes.createWorkflow, { body: { name: 'Heavy work', description: '', definition } })).id;

async function run(workflowId: string, until: string): Promise<string> {
  const { executionId } = await server.api(routes.runWorkflow, { params: { workflowId }, body: {} });
  const read = () => server.api(routes.getExecution, { params: { executionId } });
  await waitFor(async () => (await read()).status === until, { timeoutMs: 60_000, what: until });
  return executionId;
}

async function listFaults(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const found = await page.evaluate<{ violations: { id: string; nodes: { target: string[] }[] }[] }>(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], rules: { 'label-content-name-mismatch': { enabled: false } } })",
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`);
}

function serve(options: Parameters<typeof startServer>[0]) {
  beforeAll(async () => {
    browser = await launchBrowser();
    server = await startServer(options);
    ({ cookie } = await server.createOwner());
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  afterEach(async () => {
    const { errors } = visit;
    await visit.close();
    expect(errors).toEqual([]);
  });
}

describe.skipIf(reason)('without a jail, as the operator allows', () => {
  serve({ hidden: jails, env: { NAVETTE_CODE_ALLOW_WITHOUT_JAIL: 'true' } });

  test('the workflow says which node it is, and its panel what that means', async () => {
    const page = await open(`/workflows/${await create()}`);
    const bar = page.getByRole('region', { name: '1 node runs code without a jail' });
    await bar.getByRole('button', { name: 'Heavy' }).click();
    const panel = page.getByRole('complementary', { name: 'Heavy' });
    await panel
      .getByRole('region', { name: 'This server runs the code without a jail' })
      .getByText('docs/reference/security-sandbox.md')
      .waitFor();
    expect(await listFaults(page)).toEqual([]);
    await page.goto(`${page.url().split('?')[0]}?node=light`);
    await bar.waitFor();
    const light = page.getByRole('complementary', { name: 'Light' });
    await light.waitFor();
    expect(await light.getByText(anyNotice).count()).toBe(0);
  });

  test('a step that ran so says it, in the language of the reader', async () => {
    const executionId = await run(await create(), 'succeeded');
    const page = await open(`/executions/${executionId}?step=heavy`, {
      locale: 'fr-FR',
      colorScheme: 'dark',
    });
    const panel = page.getByRole('complementary', { name: 'Heavy' });
    await panel
      .getByRole('region', { name: 'Le code de cette étape tourne sans être enfermé' })
      .getByText('bubblewrap')
      .waitFor();
    expect(await listFaults(page)).toEqual([]);
    await panel.getByRole('tab', { name: 'Journal (2)' }).click();
    const [first, second] = await panel.getByRole('log').locator('> div').allInnerTexts();
    expect(first).toContain('Ce code tourne sans enfermement');
    expect(second).toContain('at work');
    await page.goto(`/executions/${executionId}?step=light`);
    const light = page.getByRole('complementary', { name: 'Light' });
    await light.waitFor();
    expect(await light.getByText(anyNotice).count()).toBe(0);
  });

  test('the settings say it of each engine', async () => {
    const page = await open('/settings');
    await page.getByRole('region', { name: 'Code runs without a jail here' }).waitFor();
    const engines = page.getByRole('list', { name: 'What runs code' }).getByRole('listitem');
    await engines.filter({ hasText: /^V8.*Without a jail/s }).waitFor();
    await engines.filter({ hasText: /^QuickJS.*Needs no jail/s }).waitFor();
    expect(await listFaults(page)).toEqual([]);
  });
});

describe.skipIf(reason)('without the word of the operator', () => {
  serve({});

  test('nothing is said of it: code is in the jail, or refused', async () => {
    const page = await open('/settings');
    const engines = page.getByRole('list', { name: 'What runs code' }).getByRole('listitem');
    await engines
      .filter({ hasText: jails.length > 0 ? /^V8.*In the jail/s : /^V8.*Not available/s })
      .waitFor();
    expect(await page.getByText(anyNotice).count()).toBe(0);
    const workflowId = await create();
    const executionId = await run(workflowId, jails.length > 0 ? 'succeeded' : 'failed');
    for (const path of [`/workflows/${workflowId}?node=heavy`, `/executions/${executionId}?step=heavy`]) {
      await page.goto(path);
      await page.getByRole('complementary', { name: 'Heavy' }).waitFor();
      await page.waitForLoadState('networkidle');
      expect(await page.getByText(anyNotice).count()).toBe(0);
    }
  });
});
