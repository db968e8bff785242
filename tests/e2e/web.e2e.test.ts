/** The journeys of people through the web app, in a real browser against the real server. */
import { readFileSync } from 'node:fs';
import { routes } from '@navette/contracts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from './start-server.ts';
import { launchBrowser, openVisit, type Visit, type VisitOptions, whyNoBrowser } from './web-browser.ts';

const reason = whyNoBrowser();
if (reason) console.log(`Browser tests are skipped: ${reason}.`);

let browser: Browser;
beforeAll(async () => {
  if (!reason) browser = await launchBrowser();
});
afterAll(() => browser?.close());

const owner = { name: 'Ada Lovelace', email: 'ada@example.test', password: 'woven by a machine' };

/** The status of nodes on the canvas, as they are told to screen readers. */
async function readNodes(page: Page): Promise<string[]> {
  return page
    .locator('.react-flow__node')
    .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('aria-label') ?? ''));
}

async function startRun(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
}

describe.skipIf(reason)('the first quarter of an hour', () => {
  let server: TestServer;
  let visit: Visit;
  beforeAll(async () => {
    server = await startServer();
    visit = await openVisit(browser, server.url, { expected: /401/ });
  });
  afterAll(async () => {
    await visit?.close();
    await server?.stop();
  });
  afterEach(() => expect(visit.errors).toEqual([]));

  test('the first visitor becomes the owner', async () => {
    const { page } = visit;
    await page.goto('/executions');
    await page.waitForURL('**/setup');
    await page.getByRole('button', { name: 'Create account' }).click();
    expect(await page.getByText('Enter an e-mail address').isVisible()).toBe(true);
    expect(await page.getByText('Enter at least 10 characters').isVisible()).toBe(true);
    await page.getByLabel('Your name').fill(owner.name);
    await page.getByLabel('E-mail').fill(owner.email);
    await page.getByLabel('Password').fill(owner.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('heading', { name: 'No workflow yet' }).waitFor();
    expect(await page.title()).toBe('Workflows · Navette');
  });

  test('a template is installed and lights up while it runs', async () => {
    const { page } = visit;
    await page.getByRole('button', { name: 'Start from a template' }).click();
    await page.getByRole('button', { name: 'Use the template Monthly weather report' }).click();
    await page.getByRole('heading', { name: 'Monthly weather report', level: 1 }).waitFor();
    await page.locator('.react-flow__node').first().waitFor();
    expect(
      (await readNodes(page)).filter((label) => /, (Succeeded|Running|Not started)$/.test(label)),
    ).toEqual([]);

    await startRun(page);
    const strip = page.getByRole('status', { name: 'Execution' });
    await strip.waitFor();
    await page.locator('.react-flow__node[aria-label$=", Waiting"]').waitFor();
    const midway = await readNodes(page);
    expect(midway).toContain('Start, Manual start, Succeeded');
    expect(midway.filter((label) => label.endsWith(', Not started')).length).toBeGreaterThan(5);
    await strip.getByText('Succeeded').waitFor({ timeout: 60_000 });
    expect((await readNodes(page)).filter((label) => !label.endsWith(', Succeeded'))).toEqual([]);
    await page.locator('[title="1,461 items"]').nth(1).waitFor({ state: 'attached' });
  });

  test('the execution tells what went in and what came out', async () => {
    const { page } = visit;
    await page.getByRole('status', { name: 'Execution' }).getByRole('link', { name: 'Details' }).click();
    await page.waitForURL('**/executions/exe_*');
    const rows = page.getByRole('list', { name: 'Timeline' }).getByRole('button');
    await rows.first().waitFor();
    expect(await rows.count()).toBe(22);
    await rows.filter({ hasText: 'Read the table' }).click();
    const panel = page.getByRole('complementary', { name: 'Read the table' });
    await panel.getByRole('columnheader', { name: 'precipitation' }).waitFor();
    expect(await panel.getByRole('cell', { name: '2012-01-01', exact: true }).count()).toBe(1);
    expect(await panel.getByText('1,461 items').isVisible()).toBe(true);
    await panel.getByRole('button', { name: 'Page 2', exact: true }).click();
    await panel.getByRole('cell', { name: '51', exact: true }).waitFor();
    await panel.getByText('JSON', { exact: true }).click();
    await panel.locator('.cm-content', { hasText: '"precipitation"' }).waitFor();
    await panel.getByRole('tab', { name: 'Input' }).click();
    await panel.getByRole('link', { name: /Download seattle-weather.csv/ }).waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
  });

  test('the files that it made are shown, and cannot touch the page', async () => {
    const { page } = visit;
    await page.getByRole('tab', { name: 'Files' }).click();
    await page.getByRole('button', { name: /weather-report\.html/ }).click();
    const frame = page.locator('iframe');
    await frame.waitFor();
    expect(await frame.getAttribute('sandbox')).toBe('');
    await page.frameLocator('iframe').getByRole('heading', { name: 'Monthly weather in Seattle' }).waitFor();
    await page.getByRole('button', { name: /rain\.svg/ }).click();
    const image = page.getByRole('img', { name: 'rain.svg' });
    await image.waitFor();
    await page.waitForFunction('document.querySelector(\'img[alt="rain.svg"]\').naturalWidth > 0');
    await page.getByRole('button', { name: /monthly-weather\.csv/ }).click();
    await page.locator('pre', { hasText: '2012-01' }).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download monthly-weather.csv' }).click();
    expect(readFileSync(await (await download).path(), 'utf8')).toContain('2012-01');
  });

  test('signing out and in again leads back to where one wanted to go', async () => {
    const { page } = visit;
    await page.getByRole('button', { name: `Account ${owner.name}` }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in**');
    await page.goto('/executions?mode=manual');
    await page.waitForURL('**/sign-in?back=**');
    await page.getByLabel('E-mail').fill(owner.email);
    await page.getByRole('textbox', { name: 'Password' }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('The e-mail address or the password is wrong').waitFor();
    await page.getByRole('textbox', { name: 'Password' }).fill(owner.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/executions?mode=manual');
    await page
      .getByRole('link', { name: 'Succeeded, open the execution of Monthly weather report' })
      .waitFor();
  });
});

describe.skipIf(reason)('daily work', () => {
  let server: TestServer;
  let cookie: string;
  let visit: Visit;
  beforeAll(async () => {
    server = await startServer();
    ({ cookie } = await server.createOwner());
  });
  afterAll(() => server?.stop());
  afterEach(async () => {
    const { errors } = visit;
    await visit.close();
    expect(errors).toEqual([]);
  });
  const open = async (path: string, options: VisitOptions = {}) => {
    visit = await openVisit(browser, server.url, { cookie, ...options });
    await visit.page.goto(path);
    return visit.page;
  };

  const waits = {
    name: 'Waits long',
    description: '',
    definition: {
      nodes: [
        { id: 'start', name: 'Start', type: 'manual-trigger', position: [0, 0] as [number, number] },
        {
          id: 'pause',
          name: 'Pause',
          type: 'wait',
          position: [220, 0] as [number, number],
          parameters: { amount: 1, unit: 'hours' },
        },
        { id: 'end', name: 'End', type: 'no-op', position: [440, 0] as [number, number] },
      ],
      edges: [
        { from: 'start', to: 'pause' },
        { from: 'pause', to: 'end' },
      ],
    },
  };
  const fails = {
    name: 'Fails',
    description: '',
    definition: {
      nodes: [
        { id: 'start', name: 'Start', type: 'manual-trigger' },
        {
          id: 'stop',
          name: 'Check stock',
          type: 'stop-with-error',
          parameters: { message: 'No cotton left' },
        },
      ],
      edges: [{ from: 'start', to: 'stop' }],
    },
  };

  test('a waiting execution says why, is cancelled, and retried from there', async () => {
    const workflow = await server.api(routes.createWorkflow, { body: waits });
    const page = await open(`/workflows/${workflow.id}`);
    await startRun(page);
    await page.locator('.react-flow__node[aria-label="Pause, Wait, Waiting"]').waitFor();
    await page.getByRole('link', { name: 'Details' }).click();
    await page.getByText(/^Waits until .*\(Pause\)$/).waitFor();
    const first = page.url();
    await page.getByRole('button', { name: 'Cancel execution' }).click();
    await page.getByRole('button', { name: 'Go on where it stopped' }).click();
    await page.waitForURL((url) => url.href !== first);
    await page.getByText('Retry of').waitFor();
    await page
      .getByRole('list', { name: 'Timeline' })
      .getByRole('button', { name: /Start.*Reused/ })
      .waitFor();
    await page.getByRole('button', { name: 'Cancel execution' }).click();
    await page.getByRole('heading', { level: 1 }).locator('..').getByText('Cancelled').waitFor();
  });

  test('a failure says what happened, where, and what to do', async () => {
    const workflow = await server.api(routes.createWorkflow, { body: fails });
    const { executionId } = await server.api(routes.runWorkflow, {
      params: { workflowId: workflow.id },
      body: {},
    });
    const page = await open(`/executions/${executionId}`);
    const alert = page.getByRole('alert').first();
    await alert.getByText('No cotton left').waitFor();
    expect(await alert.getByText('NODE_STOPPED').isVisible()).toBe(true);
    await alert.getByRole('button', { name: 'Check stock' }).click();
    await page.getByRole('complementary', { name: 'Check stock' }).getByText('No cotton left').waitFor();
  });

  test('the list follows executions live, and filters', async () => {
    const workflow = await server.api(routes.createWorkflow, { body: { ...fails, name: 'Fails live' } });
    const { id: workflowId } = await server.api(routes.createWorkflow, {
      body: { ...waits, name: 'Waits live' },
    });
    const { executionId } = await server.api(routes.runWorkflow, { params: { workflowId }, body: {} });
    await server.api(routes.cancelExecution, { params: { executionId } });
    const page = await open('/executions');
    await page.getByRole('row', { name: /Cancelled.*Waits live/ }).waitFor();
    await server.api(routes.runWorkflow, { params: { workflowId: workflow.id }, body: {} });
    await page.getByRole('row', { name: /Failed.*Fails live/ }).waitFor();
    await page.getByText('Cancelled', { exact: true }).first().click();
    await page.waitForURL('**/executions?status=**');
    await page.getByRole('row', { name: /Failed.*Fails live/ }).waitFor({ state: 'detached' });
    await page.reload();
    await page
      .getByRole('row', { name: /Cancelled.*Waits live/ })
      .first()
      .waitFor();
    expect(await page.getByRole('row', { name: /Failed/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('row', { name: /Failed.*Fails live/ }).waitFor();
  });

  test('a workflow is published, exported, renamed, edited as text and deleted', async () => {
    const workflow = await server.api(routes.createWorkflow, { body: { ...fails, name: 'Short life' } });
    const page = await open(`/workflows/${workflow.id}`);
    const badge = page.getByRole('heading', { level: 1 }).locator('..').getByText('Live', { exact: true });
    await page.getByRole('button', { name: 'Publish' }).click();
    await badge.waitFor();
    const menu = async (name: string) => {
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name }).click();
    };
    const download = page.waitForEvent('download');
    await menu('Export as JSON');
    const file = JSON.parse(readFileSync(await (await download).path(), 'utf8'));
    expect(file).toMatchObject({
      name: 'Short life',
      definition: { nodes: [{ id: 'start' }, { id: 'stop' }] },
    });

    await page.getByRole('tab', { name: 'Definition' }).click();
    const editor = page.locator('.cm-content');
    await editor.click();
    await page.keyboard.press('Control+a');
    file.definition.nodes[1].type = 'no-such-type';
    await page.keyboard.insertText(JSON.stringify(file.definition));
    await page.getByRole('button', { name: 'Check and apply' }).click();
    await page.getByRole('alert').getByText('/nodes/1/type').waitFor();
    await editor.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('{ "nodes": [');
    await page.getByText(/Not valid JSON: line 1/).waitFor();
    await page.keyboard.press('Control+a');
    file.definition.nodes[1].type = 'no-op';
    file.definition.nodes[1].parameters = {};
    await page.keyboard.insertText(JSON.stringify(file.definition));
    await page.getByRole('button', { name: 'Check and apply' }).click();
    await page.getByText('Unsaved changes').waitFor();
    await page.getByRole('button', { name: 'Save draft' }).click();
    await page.getByRole('button', { name: 'Publish changes' }).waitFor();
    await page.getByRole('tab', { name: 'Versions' }).click();
    await page.getByRole('row', { name: /Version 2 Draft/ }).waitFor();
    await page.getByRole('row', { name: /Version 1 Live/ }).waitFor();

    await menu('Rename');
    await page.getByRole('dialog').getByLabel('Name').fill('Shorter life');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { name: 'Shorter life', level: 1 }).waitFor();
    await menu('Unpublish');
    await page.getByRole('dialog').getByRole('button', { name: 'Unpublish' }).click();
    await badge.waitFor({ state: 'detached' });
    await menu('Delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.waitForURL('**/workflows');
    await page.getByRole('heading', { name: 'Workflows', level: 1 }).waitFor();
    await page.getByText('“Shorter life” was deleted').waitFor();
    await page.getByRole('link', { name: 'Shorter life' }).waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Import' }).click();
    const input = page.getByRole('dialog').locator('input[type=file]');
    await input.setInputFiles({
      name: 'x.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{"name": '),
    });
    await page.getByText(/x\.json:1:\d+ is not valid JSON/).waitFor();
    const body = JSON.stringify({ ...file, name: 'Second life' });
    await input.setInputFiles({ name: 'y.json', mimeType: 'application/json', buffer: Buffer.from(body) });
    await page.getByRole('heading', { name: 'Second life', level: 1 }).waitFor();
  });

  test('a dragged node is saved with the draft', async () => {
    const workflow = await server.api(routes.createWorkflow, { body: { ...waits, name: 'Moved' } });
    const page = await open(`/workflows/${workflow.id}`);
    const node = page.locator('.react-flow__node[data-id="end"]');
    await node.waitFor();
    const box = (await node.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2 + 60, { steps: 6 });
    await page.mouse.up();
    await page.getByText('Unsaved changes').waitFor();
    await page.getByRole('button', { name: 'Save draft' }).click();
    await page.getByText('Unsaved changes').waitFor({ state: 'detached' });
    const saved = await server.api(routes.getWorkflow, { params: { workflowId: workflow.id } });
    expect(saved.definition.nodes[2]!.position![1]).toBeGreaterThan(30);
    expect(saved.definition.nodes[0]!.position).toEqual([0, 0]);
  });

  test('a credential goes in and never comes out', async () => {
    const secret = 'canary-7f3a9';
    const page = await open('/credentials');
    const seen: string[] = [];
    page.on('response', async (response) => {
      if (response.url().includes('/api/')) seen.push(await response.text().catch(() => ''));
    });
    await page.getByRole('button', { name: 'New credential' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('Weather desk');
    await dialog.getByRole('button', { name: 'Save' }).click();
    expect(await dialog.getByText('Required').count()).toBeGreaterThan(0);
    await dialog.getByRole('textbox', { name: 'User name' }).fill('ada');
    await dialog.getByRole('textbox', { name: 'Password' }).fill(secret);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: /Weather desk/ }).waitFor();
    await page.getByRole('button', { name: 'Edit Weather desk' }).click();
    await page.getByText('The stored secret is kept.').waitFor();
    expect(await page.content()).not.toContain(secret);
    await dialog.getByLabel('Name', { exact: true }).fill('Rain desk');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Delete Rain desk' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'No credentials yet' }).waitFor();
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.filter((text) => text.includes(secret))).toEqual([]);
  });

  test('an API key is shown once, works, and is revoked', async () => {
    const page = await open('/api-keys');
    await page.getByRole('button', { name: 'New API key' }).first().click();
    await page.getByRole('dialog').getByLabel('Name').fill('Nightly import');
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
    const secret = (await page.getByTestId('api-key-secret').textContent())!;
    const call = () =>
      fetch(`${server.url}/api/v1/workflows`, { headers: { authorization: `Bearer ${secret}` } });
    expect((await call()).status).toBe(200);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('row', { name: /Nightly import/ }).waitFor();
    expect(await page.content()).not.toContain(secret);
    await page.getByRole('button', { name: 'Revoke Nightly import' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('row', { name: /Nightly import.*Revoked/ }).waitFor();
    expect((await call()).status).toBe(401);
    await page.goto('/audit');
    await page.getByRole('row', { name: /key/i }).first().waitFor();
  });

  test('settings are changed by keyboard; what the server refuses is said at its field', async () => {
    const workflow = await server.api(routes.createWorkflow, { body: { ...waits, name: 'Has settings' } });
    const page = await open(`/workflows/${workflow.id}?tab=settings`, { expected: /400|422/ });
    const form = page.getByRole('form', { name: 'Settings' });
    const save = form.getByRole('button', { name: 'Save settings' });
    await form.waitFor();
    expect(await save.isDisabled()).toBe(true);
    const type = async (label: string, text: string) => {
      // A field that may not be empty has a mark in its label.
      await form.getByLabel(new RegExp(`^${label}( \\*)?$`)).focus();
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText(text);
      await page.keyboard.press('Tab');
    };
    await type('Name', 'Has other settings');
    await type('Time zone', 'Europe/Atlantis');
    await type('Time limit of an execution', '90');
    await form.getByLabel('Limit how many are at work at once').focus();
    await page.keyboard.press('Space');
    await type('At most at once', '');
    await page.keyboard.press('Enter');
    const focused = form.locator('[aria-invalid=true]:focus');
    await form
      .getByLabel(/^At most at once/)
      .and(focused)
      .waitFor();
    await type('At most at once', '3');
    await type('Counted apart by', '{{ $json. }}');
    await save.focus();
    await page.keyboard.press('Enter');
    await form.getByText('must be an IANA time zone such as "Europe/Paris"').first().waitFor();
    await form
      .getByLabel(/^Time zone/)
      .and(focused)
      .waitFor();
    await type('Time zone', 'Europe/Paris');
    await save.focus();
    await page.keyboard.press('Enter');
    await form
      .getByText(/a field name is missing after the dot/)
      .first()
      .waitFor();
    await type('Counted apart by', '{{ $json.customer }}');
    await save.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Has other settings', level: 1 }).waitFor();
    await page.getByText('The settings are in the draft').waitFor();
    expect(await save.isDisabled()).toBe(true);
    const params = { workflowId: workflow.id };
    const after = await server.api(routes.getWorkflow, { params });
    expect(after).toMatchObject({
      name: 'Has other settings',
      definition: {
        settings: {
          timeZone: 'Europe/Paris',
          timeoutMs: 90_000,
          concurrency: { limit: 3, key: '{{ $json.customer }}', onOverflow: 'queue' },
        },
      },
    });
    expect(after.draftVersionId).not.toBe(workflow.draftVersionId);
    expect((await server.api(routes.listVersions, { params })).items).toHaveLength(2);
  });

  test('everything can be done with the keyboard', async () => {
    const workflow = await server.api(routes.createWorkflow, { body: { ...waits, name: 'By keyboard' } });
    const page = await open('/executions');
    await page.getByRole('heading', { name: 'Executions', level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.locator(':focus').getAttribute('id')).toBe('main');

    await page.keyboard.press('Control+k');
    const palette = page.locator('[role=combobox][aria-label="Search pages, workflows and actions"]:focus');
    await palette.waitFor();
    await page.keyboard.type('by keyb');
    await page.getByRole('option', { name: 'By keyboard' }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/workflows/${workflow.id}**`);
    const focused = () => page.evaluate<string>(`document.activeElement?.getAttribute('aria-label') ?? ''`);
    await page.locator('.react-flow__node').first().waitFor();
    for (let count = 0; count < 40 && !(await focused()).startsWith('Start, '); count += 1) {
      await page.keyboard.press('Tab');
    }
    expect(await focused()).toBe('Start, Manual start');
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('Pause, Wait');
    await page.keyboard.press('Enter');
    const panel = page.getByRole('complementary', { name: 'Pause' });
    await panel.waitFor();
    expect(await page.locator(':focus').textContent()).toBe('Pause');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('tab', { name: 'Docs' }).getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(await focused()).toBe('Pause, Wait');

    await page.keyboard.press('Control+k');
    await palette.waitFor();
    await page.keyboard.type('run');
    await page.getByRole('option', { name: 'Run', exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('[role=dialog] button:focus', { hasText: 'Run' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.react-flow__node[aria-label="Pause, Wait, Waiting"]').waitFor();
  });
});

describe.skipIf(reason)('when the server dies in the middle', () => {
  let server: TestServer;
  let visit: Visit;
  beforeEach(async () => {
    server = await startServer();
  });
  afterEach(async () => {
    await visit?.close();
    await server?.stop();
  });

  test('the page says so, and shows the execution finishing after the restart', async () => {
    const { cookie } = await server.createOwner();
    const body = {
      name: 'Unstoppable',
      description: '',
      definition: {
        nodes: [
          { id: 'start', name: 'Start', type: 'manual-trigger' },
          { id: 'pause', name: 'Pause', type: 'wait', parameters: { amount: 8, unit: 'seconds' } },
          { id: 'end', name: 'End', type: 'no-op' },
        ],
        edges: [
          { from: 'start', to: 'pause' },
          { from: 'pause', to: 'end' },
        ],
      },
    };
    const workflow = await server.api(routes.createWorkflow, { body });
    visit = await openVisit(browser, server.url, { cookie });
    const { page } = visit;
    await page.goto(`/workflows/${workflow.id}`);
    await startRun(page);
    await page.locator('.react-flow__node[aria-label="Pause, Wait, Waiting"]').waitFor();
    await server.kill('SIGKILL');
    await page.getByText('Reconnecting…').waitFor();
    server = await startServer({ dataDir: server.dataDir, port: Number(new URL(server.url).port) });
    await page.getByRole('status', { name: 'Execution' }).getByText('Succeeded').waitFor({ timeout: 60_000 });
    await page.getByText('Reconnecting…').waitFor({ state: 'detached' });
    expect((await readNodes(page)).filter((label) => !label.endsWith(', Succeeded'))).toEqual([]);
  });
});
