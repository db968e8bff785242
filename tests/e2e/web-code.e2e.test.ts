/** Code and programs in a real browser: mistakes before they run, failures after, consoles, policies. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routes, type WorkflowDefinitionInput } from '@navette/contracts';
import { waitFor } from '@navette/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from './start-server.ts';
import { launchBrowser, openVisit, type Visit, type VisitOptions, whyNoBrowser } from './web-browser.ts';

const reason = whyNoBrowser();
if (reason) console.log(`Browser tests are skipped: ${reason}.`);
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const phone = { width: 390, height: 800 };

const dataDir = mkdtempSync(join(tmpdir(), 'navette-e2e-'));
let browser: Browser;
let server: TestServer;
let cookie: string;
let visit: Visit;

type Node = WorkflowDefinitionInput['nodes'][number];
const code = (id: string, name: string, source: string): Node => ({
  id,
  name,
  type: 'code',
  parameters: { source },
});
const program = (source: string): Node => ({
  id: 'program',
  name: 'Program',
  type: 'program',
  parameters: { source },
});

async function create(name: string, nodes: Node[]): Promise<string> {
  const chain: Node[] = [{ id: 'start', name: 'Start', type: 'manual-trigger' }, ...nodes];
  const edges = nodes.map(({ id }, index) => ({ from: chain[index]!.id, to: id }));
  const body = { name, description: '', definition: { nodes: chain, edges } };
  return (await server.api(routes.createWorkflow, { body })).id;
}

async function run(name: string, nodes: Node[], until: string): Promise<string> {
  const workflowId = await create(name, nodes);
  const { executionId } = await server.api(routes.runWorkflow, { params: { workflowId }, body: {} });
  const read = () => server.api(routes.getExecution, { params: { executionId } });
  await waitFor(async () => (await read()).status === until, {
    timeoutMs: 60_000,
    what: `${name}: ${until}`,
  });
  return executionId;
}

async function open(path: string, options: VisitOptions = {}): Promise<Page> {
  visit = await openVisit(browser, server.url, { cookie, reducedMotion: 'reduce', ...options });
  await visit.page.goto(path);
  return visit.page;
}

async function listFaults(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const found = await page.evaluate<{ violations: { id: string; nodes: { target: string[] }[] }[] }>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      rules: { 'label-content-name-mismatch': { enabled: false } } })`,
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`);
}

describe.skipIf(reason)('code in the browser', () => {
  beforeAll(async () => {
    browser = await launchBrowser();
    server = await startServer({ dataDir });
    ({ cookie } = await server.createOwner());
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  afterEach(async () => {
    const { errors } = visit;
    await visit.close();
    expect(errors).toEqual([]);
  });

  describe('mistakes in a draft', () => {
    let workflowId: string;
    beforeAll(async () => {
      workflowId = await create('Mistaken', [
        code('sums', 'Add up', 'const a = 1;\nconst b = ;\nreturn [];'),
        code('rates', 'Fetch rates', "import axios from 'axios';\nreturn [];"),
        code('late', 'Late', 'return ('),
      ]);
    });

    test('stand there when it is opened, lead to the line, and keep it from being published', async () => {
      const page = await open(`/workflows/${workflowId}`, { expected: /422/ });
      const bar = page.getByRole('region', { name: 'The saved draft has 3 mistakes in its code' });
      await bar.getByText('These can be imported: luxon').waitFor();
      expect(await bar.getByRole('button', { name: 'Late' }).count()).toBe(0);
      await bar.getByRole('button', { name: 'Show all 3' }).click();
      expect(await bar.getByRole('button', { name: 'Late' }).count()).toBe(1);
      expect(await listFaults(page)).toEqual([]);

      await page.getByRole('button', { name: 'Publish' }).click();
      await page.getByRole('alert').getByText('Not published: the code has mistakes').waitFor();
      expect(await page.getByText('/body/definition').count()).toBe(0);

      await bar.getByRole('button', { name: 'Add up' }).focus();
      await page.keyboard.press('Enter');
      const panel = page.getByRole('complementary', { name: 'Add up' });
      expect(await panel.locator('[data-marked]').allInnerTexts()).toEqual(['const b = ;\n']);
      await page.keyboard.press('Escape');
      await panel.waitFor({ state: 'detached' });
      await bar.locator('button:focus', { hasText: 'Add up' }).waitFor();
    });

    test('are said in French, and on a phone the panel takes the page', async () => {
      const page = await open(`/workflows/${workflowId}`, {
        locale: 'fr-FR',
        colorScheme: 'dark',
        viewport: phone,
      });
      const bar = page.getByRole('region', { name: 'Le brouillon enregistré a 3 erreurs' });
      await bar.getByText('Le code importe «\u00a0axios\u00a0»').waitFor();
      await bar.getByRole('button', { name: 'Fetch rates' }).click();
      const panel = page.getByRole('complementary', { name: 'Fetch rates' });
      await panel.getByRole('button', { name: 'Fermer' }).click({ trial: true });
      expect(await panel.boundingBox()).toMatchObject({ x: 0, y: 56, width: 390 });
      expect(await listFaults(page)).toEqual([]);
      await panel.getByRole('button', { name: 'Fermer' }).click();
      await panel.waitFor({ state: 'detached' });
    });
  });

  test('code that failed is shown at its line, and its console can be filtered', async () => {
    const source = [
      'for (let n = 1; n <= 9; n += 1) console.log("row", n);',
      'console.warn("row 7 is odd");',
      'throw new Error("No rate");',
    ].join('\n');
    const executionId = await run('Throws', [code('rates', 'Rates', source)], 'failed');
    const page = await open(`/executions/${executionId}?step=rates`, { locale: 'fr-FR' });
    const panel = page.getByRole('complementary', { name: 'Rates' });
    await panel.getByText('Le code a échoué, ligne 3\u00a0: No rate').waitFor();
    const marked = panel.locator('[data-marked]');
    await marked.waitFor();
    expect(await marked.allInnerTexts()).toEqual(['throw new Error("No rate");\n']);
    await panel.getByRole('tab', { name: 'Journal (10)' }).click();
    const log = panel.getByRole('log');
    await panel.getByRole('textbox', { name: 'Filtrer les lignes' }).fill('ROW 7');
    expect(await log.locator('[data-level]').count()).toBe(2);
    await panel.getByRole('checkbox', { name: 'Avertissements et erreurs seulement' }).check();
    expect(await log.locator('[data-level]').count()).toBe(1);
    await panel.getByText('1 ligne sur 10').waitFor();
    expect(await listFaults(page)).toEqual([]);
  });

  test('a call that ended its program is named, and is rerun without an input of its own', async () => {
    const source =
      'export default async function (ctx) {\n  await ctx.http("https://example.com/", { name: "fetch-rates" });\n}';
    const executionId = await run('Refused', [program(source)], 'failed');
    const page = await open(`/executions/${executionId}?step=program`);
    const panel = page.getByRole('complementary', { name: 'Program' });
    await panel.getByText('The code failed, line 2: CallError: Code may not call example.com').waitFor();
    expect(await panel.locator('[data-marked]').textContent()).toContain('await ctx.http(');
    await panel.getByRole('button', { name: 'fetch-rates' }).click();
    const call = page.getByRole('complementary', { name: 'fetch-rates' });
    await call.getByText('POLICY_HOST_REFUSED').waitFor();
    await call.getByRole('button', { name: 'Rerun from here' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('The program runs from its beginning').waitFor();
    expect(await dialog.getByRole('checkbox').count()).toBe(0);
  });

  test('calls have their names while the program runs, and it waits while they do', async () => {
    const source =
      'export default async function (ctx) {\n  for (const n of [1, 2]) await ctx.sleep(n * 300, { name: "nap-" + n });\n  await ctx.sleep(3_600_000, { name: "night" });\n}';
    const workflowId = await create('Sleeper', [program(source)]);
    const { executionId } = await server.api(routes.runWorkflow, { params: { workflowId }, body: {} });
    const page = await open(`/executions/${executionId}`);
    const rows = page.getByRole('list', { name: 'Timeline' }).getByRole('button');
    await rows.filter({ hasText: /^night.*Waiting/ }).waitFor();
    await rows.filter({ hasText: /^Program.*Waiting/ }).waitFor();
    expect(await rows.filter({ hasText: '@' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Cancel execution' }).click();
    await page.getByRole('button', { name: 'Go on where it stopped' }).waitFor();
  });

  describe('policies', () => {
    let workflowId: string;
    beforeAll(async () => {
      workflowId = await create('Bound', [code('sums', 'Add up', 'return [];')]);
    });

    test('without files', async () => {
      const page = await open('/settings');
      await page.getByText('There are no files: what ships with Navette holds.').waitFor();
      await page
        .getByText('Code that asks for nothing has 30s of time, 10s of computing, 256 MiB of memory.')
        .waitFor();
      expect(await listFaults(page)).toEqual([]);
    });

    test('are chosen by name, and files with mistakes say so', async () => {
      const named = join(dataDir, 'policies', 'named');
      mkdirSync(named, { recursive: true });
      writeFileSync(
        join(named, 'night-runs.json'),
        '{"version": 1, "description": "Shut off", "limits": {"wallMs": 600000}, "allowedHosts": []}',
      );
      writeFileSync(join(named, 'odd.json'), '{"version": 1, "limits": {"wall": 1}}');
      await waitFor(async () => (await server.api(routes.listPolicies)).items.length === 2, {
        what: 'the files to be read',
      });
      const page = await open(`/workflows/${workflowId}?tab=settings`);
      const field = page
        .getByRole('combobox', { name: 'Policy' })
        .or(page.getByLabel('Policy').first())
        .first();
      await field.fill('night');
      await page.getByRole('option', { name: 'night-runs' }).click();
      await page.getByText('Shut off. At most 10m of time, no network.').waitFor();
      await field.fill('odd');
      await page.getByText('named/odd.json: Unusable').waitFor();
      await field.fill('no-such');
      await page.getByText('This server has no policy of that name').waitFor();
      await page.keyboard.press('Tab');
      expect(await listFaults(page)).toEqual([]);
      await field.fill('night-runs');
      await page.getByRole('button', { name: 'Save settings' }).click();
      await page.getByText('The settings are in the draft').waitFor();
      const { definition } = await server.api(routes.getWorkflow, { params: { workflowId } });
      expect(definition.settings?.code).toMatchObject({ policy: 'night-runs' });
      await page.goto('/settings');
      await page.getByRole('list', { name: 'Policy files' }).getByText('named/night-runs.json').waitFor();
      expect(await listFaults(page)).toEqual([]);
    });
  });
});
