/** People take up what failed and decide what waits for them, in a real browser against the real server. */
import { type Approval, routes, type WorkflowDefinitionInput } from '@navette/contracts';
import { waitFor } from '@navette/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from './start-server.ts';
import { launchBrowser, openVisit, type Visit, type VisitOptions, whyNoBrowser } from './web-browser.ts';

const reason = whyNoBrowser();
if (reason) console.log(`Browser tests are skipped: ${reason}.`);

const start = { id: 'start', name: 'Start', type: 'manual-trigger' };

/** Fails for ten or more. */
const orders: WorkflowDefinitionInput = {
  nodes: [
    start,
    {
      id: 'price',
      name: 'Price',
      type: 'set-fields',
      parameters: { fields: [{ name: 'total', value: '{{ $json.amount * 20 }}' }] },
    },
    {
      id: 'check',
      name: 'Check stock',
      type: 'if',
      parameters: {
        conditions: [
          { left: '{{ $json.amount }}', operator: { type: 'number', operation: 'lt' }, right: 10 },
        ],
      },
    },
    { id: 'ship', name: 'Ship', type: 'no-op' },
    { id: 'stop', name: 'Out of stock', type: 'stop-with-error', parameters: { message: 'No cotton left' } },
  ],
  edges: [
    { from: 'start', to: 'price' },
    { from: 'price', to: 'check' },
    { from: 'check', fromPort: 'true', to: 'ship' },
    { from: 'check', fromPort: 'false', to: 'stop' },
  ],
};

const invoices: WorkflowDefinitionInput = {
  nodes: [
    start,
    {
      id: 'link',
      name: 'Link',
      type: 'set-fields',
      parameters: {
        fields: [
          { name: 'sum', value: '{{ $json.sum }}' },
          { name: 'link', value: "{{ $execution.links.approval('ana@example.test') }}" },
        ],
      },
    },
    {
      id: 'ask',
      name: 'Ask',
      type: 'approval',
      parameters: {
        title: 'Pay {{ $json.sum }}?',
        message: 'It is **much**',
        people: ['ana@example.test'],
        fields: [{ name: 'account', label: 'Account', type: 'text', required: true }],
      },
    },
  ],
  edges: [
    { from: 'start', to: 'link' },
    { from: 'link', to: 'ask' },
  ],
};

describe.skipIf(reason)('what failed, and what waits for people', () => {
  let browser: Browser;
  let server: TestServer;
  let cookie: string;
  let visit: Visit;
  beforeAll(async () => {
    browser = await launchBrowser();
    server = await startServer();
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

  const open = async (path: string, options: VisitOptions = {}): Promise<Page> => {
    visit = await openVisit(browser, server.url, { cookie, ...options });
    await visit.page.goto(path);
    return visit.page;
  };
  const create = async (name: string, definition: WorkflowDefinitionInput) =>
    (await server.api(routes.createWorkflow, { body: { name, description: '', definition } as never })).id;
  const read = (executionId: string) => server.api(routes.getExecution, { params: { executionId } });
  const reach = (executionId: string, status: string) =>
    waitFor(async () => (await read(executionId)).status === status || undefined, {
      timeoutMs: 60_000,
      what: `${executionId} to be ${status}`,
    });
  const run = async (workflowId: string, input: Record<string, number>, status: string) => {
    const body = { input } as never;
    const { executionId } = await server.api(routes.runWorkflow, { params: { workflowId }, body });
    await reach(executionId, status);
    return executionId;
  };
  const idOf = (page: Page) => /exe_\w+/.exec(page.url())![0];

  test('an execution runs again from a step, with another input, and says what it came from', async () => {
    const workflowId = await create('Orders', orders);
    const failed = await run(workflowId, { amount: 12 }, 'failed');
    const page = await open(`/executions/${failed}?step=price`);
    await page.getByRole('button', { name: 'Rerun from here' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rerun “Orders”' });
    expect(await dialog.getByRole('combobox', { name: 'Step to start with' }).inputValue()).toBe('Price');
    await dialog.getByRole('checkbox', { name: 'Give it another input' }).check();
    const editor = dialog.locator('.cm-content', { hasText: '"amount": 12' });
    await editor.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('{"amount": 3}');
    await dialog.getByRole('button', { name: 'Rerun', exact: true }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(failed));
    await page.getByText('Rerun of').waitFor();
    await page.getByText('from Price').waitFor();
    const timeline = page.getByRole('list', { name: 'Timeline' });
    await timeline.getByRole('button', { name: /Start.*Reused/ }).waitFor();
    await timeline.getByRole('button', { name: /Ship.*Succeeded/ }).waitFor();
    await reach(idOf(page), 'succeeded');
  });

  test('an execution is forked after a step, by keyboard', async () => {
    const done = await run(await create('Forked', orders), { amount: 3 }, 'succeeded');
    const page = await open(`/executions/${done}`);
    await page.getByRole('button', { name: 'More actions' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Fork from a point' }).focus();
    await page.keyboard.press('Enter');
    const point = page.getByRole('dialog').getByRole('combobox', { name: 'The point after' });
    await point.focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('Pri');
    await page.getByRole('option', { name: 'Price' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await point.inputValue()).toBe('Price');
    await page.getByRole('dialog').getByRole('button', { name: 'Fork', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => !url.pathname.endsWith(done));
    await page.getByText('after Price').waitFor();
    await reach(idOf(page), 'succeeded');
  });

  test('an execution is forked after an event: what came before it is reused, the rest runs', async () => {
    const done = await run(await create('Forked at', orders), { amount: 3 }, 'succeeded');
    const page = await open(`/executions/${done}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Fork from a point' }).click();
    const dialog = page.getByRole('dialog', { name: 'Fork “Forked at”' });
    await dialog.getByRole('radio', { name: 'after an event' }).check();
    const start = dialog.getByRole('button', { name: 'Fork', exact: true });
    expect(await start.isDisabled()).toBe(true);
    const event = dialog.getByRole('combobox', { name: 'The event' });
    await event.fill('Price · complete');
    await page.getByRole('option', { name: /^Price · complete · .* \(\d+\.\d+\)$/ }).click();
    await start.click();
    await page.waitForURL((url) => !url.pathname.endsWith(done));
    const timeline = page.getByRole('list', { name: 'Timeline' });
    await timeline.getByRole('button', { name: /Price.*Reused/ }).waitFor();
    await reach(idOf(page), 'succeeded');
    expect(await timeline.getByRole('button', { name: /Check stock.*Reused/ }).count()).toBe(0);
  });

  test('a replay against the edited draft says what would be different', async () => {
    const workflowId = await create('Replayed', orders);
    const done = await run(workflowId, { amount: 3 }, 'succeeded');
    const edited = structuredClone(orders);
    edited.nodes[1]!.parameters = { fields: [{ name: 'total', value: '{{ $json.amount * 25 }}' }] };
    await server.api(routes.updateWorkflow, {
      params: { workflowId },
      body: { definition: edited } as never,
    });
    const page = await open(`/executions/${done}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Replay against another version' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Replay', exact: true }).click();
    await dialog.getByText('Changed', { exact: true }).waitFor();
    const price = dialog.getByRole('listitem').filter({ hasText: 'Price · gives something else' }).last();
    expect(await price.locator('del').textContent()).toBe('60');
    expect(await price.locator('ins').textContent()).toBe('75');
  });

  test('dead letters are chosen and retried from the queue page', async () => {
    const workflowId = await create('Unattended', orders);
    const [first, second] = [
      await run(workflowId, { amount: 11 }, 'failed'),
      await run(workflowId, { amount: 12 }, 'failed'),
    ];
    const page = await open('/queue');
    const section = page.getByRole('region', { name: 'Dead letters' });
    const rows = section.getByRole('row', { name: /Unattended.*No cotton left.*NODE_STOPPED/ });
    await rows.nth(1).waitFor();
    expect(await rows.count()).toBe(2);
    // The last that failed comes first.
    await rows.first().getByRole('checkbox').check();
    await section.getByText('1 chosen').waitFor();
    await section.getByRole('button', { name: 'Retry', exact: true }).click();
    await page
      .getByRole('dialog', { name: 'Retry 1 dead letter?' })
      .getByRole('button', { name: 'Retry' })
      .click();
    await page.getByText('1 dead letter retried').waitFor();
    expect((await read(second)).deadLetter).toBe('retried');
    expect((await read(first)).deadLetter).toBe('open');
  });

  test('an approval is decided on the page of approvals', async () => {
    const executionId = await run(await create('Invoices', invoices), { sum: 90 }, 'waiting');
    const page = await open('/approvals');
    const card = page.getByRole('article', { name: 'Pay 90?' });
    await card.waitFor();
    await card.getByRole('textbox', { name: 'Account' }).fill('A1');
    await card.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Approved: the workflow goes on').waitFor();
    await card.waitFor({ state: 'detached' });
    await reach(executionId, 'succeeded');
    await page.goto('/approvals?view=ended');
    await card.getByText(/Decided by Owner/).waitFor();
    await card.getByText('A1').waitFor();
  });

  test('an approval is decided with a link, by somebody without an account, once', async () => {
    const executionId = await run(await create('Linked', invoices), { sum: 70 }, 'waiting');
    const data = await server.api(routes.getStepData, { params: { executionId, path: 'link' } });
    const link = new URL(String(data.outputs['main']![0]!.json['link']));
    visit = await openVisit(browser, server.url);
    const { page } = visit;
    await page.goto(`${link.pathname}${link.hash}`);
    await page.getByRole('heading', { name: 'Pay 70?', level: 1 }).waitFor();
    await page.getByText('This link was made out to ana@example.test').waitFor();
    await page.getByRole('textbox', { name: 'Account' }).fill('A1');
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByRole('status').getByText('Rejected: the workflow takes the other way').waitFor();
    await reach(executionId, 'succeeded');
    const { items } = await server.api(routes.listApprovals, { query: { executionId } as never });
    expect((items as Approval[])[0]).toMatchObject({
      status: 'rejected',
      decidedBy: { kind: 'link', id: 'ana@example.test' },
    });
    await page.reload();
    await page.getByText('There is nothing to decide here any more.').waitFor();
  });
});
