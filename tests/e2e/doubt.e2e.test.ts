/** A server is killed while requests are on their way; people say in a browser and on the command line what became of them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routes, type WorkflowDefinitionInput } from '@navette/contracts';
import { type FixtureServer, startFixtureServer, waitFor } from '@navette/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Cli, createCli } from './cli-process.ts';
import { findFreePort, startServer, type TestServer } from './start-server.ts';
import { launchBrowser, openVisit, type Visit, type VisitOptions, whyNoBrowser } from './web-browser.ts';

const reason = whyNoBrowser();
if (reason) console.log(`Browser tests are skipped: ${reason}.`);
/** A folder for pictures of the pages. */
const pictures = process.env['NAVETTE_TEST_PICTURES'];
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const patience = { timeoutMs: 60_000 };

const dataDir = mkdtempSync(join(tmpdir(), 'navette-e2e-'));
let other: FixtureServer;
let server: TestServer;
let cookie: string;
let key: string;
let cli: Cli;
let port: number;
let answers = false;
/** Executions in doubt. */
const ids = { payment: '', orders: '', cancelled: '', byCommand: '' };

const settings = { afterCrash: 'ask', concurrency: 3 };
const pay = (path: string): WorkflowDefinitionInput => ({
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    {
      ...({ id: 'pay', name: 'Send payment', type: 'http-request', settings } as const),
      parameters: { method: 'POST', url: `${other.url}/${path}` },
    } as never,
  ],
  edges: [{ from: 'start', to: 'pay' }],
});

async function restart(): Promise<void> {
  server = await startServer({ dataDir, port, env: { NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: other.host } });
  if (key) server.useKey(key);
}

const read = (executionId: string) => server.api(routes.getExecution, { params: { executionId } });
const callsOf = (path: string) => other.requests.filter((request) => request.path === `/${path}`).length;
const reach = (executionId: string, status: string) =>
  waitFor(async () => (await read(executionId)).status === status, {
    ...patience,
    what: `${executionId} to be ${status}`,
  });

beforeAll(async () => {
  other = await startFixtureServer(({ path }) => (answers ? { paid: path } : new Promise(() => {})));
  port = await findFreePort();
  await restart();
  ({ apiKey: key, cookie } = await server.createOwner());
  const counts = { payment: 1, orders: 3, cancelled: 1, byCommand: 1 };
  for (const name of Object.keys(ids) as (keyof typeof ids)[]) {
    const body = { name, definition: pay(name) };
    const workflow = await server.api(routes.createWorkflow, { body });
    const input = Array.from({ length: counts[name] }, (_, n) => ({ order: `o-${n + 1}` }));
    const started = await server.api(routes.runWorkflow, {
      params: { workflowId: workflow.id },
      body: { input },
    });
    ids[name] = started.executionId;
  }
  await waitFor(() => other.requests.length === 6, patience);
  await server.kill('SIGKILL');
  answers = true;
  await restart();
  for (const id of Object.values(ids)) await reach(id, 'waiting');
  // They go on waiting, whoever takes them up.
  await server.kill('SIGKILL');
  await restart();
  cli = createCli(server.url);
});

afterAll(async () => {
  cli?.[Symbol.dispose]();
  await server?.stop();
  await other?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test('what was on its way at the crash waits for somebody, and was not sent again', async () => {
  for (const id of Object.values(ids)) {
    const { recoveries, status, steps, why } = await read(id);
    expect({ recoveries, status, why }).toMatchObject({
      ...{ recoveries: 1, status: 'waiting' },
      why: { code: 'doubt', params: { node: 'Send payment' } },
    });
    expect(steps[1]!.doubt).toMatchObject({ question: 1 });
  }
  expect(other.requests).toHaveLength(6);
});

test('it can be cancelled', async () => {
  await server.api(routes.cancelExecution, { params: { executionId: ids.cancelled } });
  await reach(ids.cancelled, 'cancelled');
  expect((await read(ids.cancelled)).steps[1]).toMatchObject({ status: 'cancelled' });
  expect(callsOf('cancelled')).toBe(1);
});

test('it is answered on the command line', async () => {
  const run = (...args: string[]) => cli.run(['--key', key, 'executions', 'resolve', ids.byCommand, ...args]);
  const asked = await run();
  expect(asked.stdout).toMatch(
    /^Send payment \(pay\): a crash cut it off, begun .*; asks since .* UTC\n {2}key [0-9a-f-]{36}\n$/,
  );
  const answered = await run('--as', 'retry', '--comment', 'Not in their list');
  expect(answered).toMatchObject({ code: 0, stdout: expect.stringContaining('Answered for Send payment') });
  await reach(ids.byCommand, 'succeeded');
  expect(callsOf('byCommand')).toBe(2);
  const sent = other.requests.filter(({ path }) => path === '/byCommand');
  expect(new Set(sent.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
});

describe.skipIf(reason)('in the browser', () => {
  let browser: Browser;
  let visit: Visit;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
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
  const picture = async (page: Page, name: string) => {
    if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) });
  };
  const listFaults = async (page: Page): Promise<string[]> => {
    await page.evaluate(axeSource);
    const found = await page.evaluate<{ violations: { id: string; nodes: { target: string[] }[] }[] }>(
      `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`,
    );
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`);
  };

  test('the page asks, in French and in the dark too, and leaves nobody out', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open(`/executions/${ids.orders}`, { locale: 'fr-FR', colorScheme });
      const card = page.getByRole('article', { name: '«\u00a0Send payment\u00a0» a été interrompue' });
      await card.getByText('Éléments en doute').waitFor();
      await card.getByRole('checkbox', { name: 'Répondre pour chaque élément' }).check();
      await card.getByRole('combobox', { name: 'Élément 3' }).waitFor();
      await picture(page, `doubt-items-fr-${colorScheme}`);
      expect(await listFaults(page)).toEqual([]);
      if (colorScheme === 'light') await visit.close();
    }
  });

  test('somebody says that it happened, and what it gave', async () => {
    const page = await open(`/executions/${ids.payment}`);
    await page.getByText(/Waits since .* for somebody to say what became of a step/).waitFor();
    const card = page.getByRole('article', { name: '“Send payment” was cut off' });
    const send = card.getByRole('button', { name: 'Answer', exact: true });
    expect(await send.isDisabled()).toBe(true);
    await picture(page, 'doubt-light');
    await card.getByRole('radio', { name: 'It happened: go on' }).check();
    await card.locator('.cm-content').click();
    await page.keyboard.insertText('{"payment": "p-7"');
    expect(await send.isDisabled()).toBe(true);
    await page.keyboard.insertText('}');
    await card.getByRole('textbox', { name: 'Comment' }).fill('It is in their list');
    expect(await listFaults(page)).toEqual([]);
    await picture(page, 'doubt-done-light');
    await send.click();
    await reach(ids.payment, 'succeeded');
    await card.waitFor({ state: 'detached' });
    const params = { executionId: ids.payment, path: 'pay' };
    const { outputs } = await server.api(routes.getStepData, { params });
    expect(outputs).toEqual({ main: [{ json: { payment: 'p-7' }, pairedItem: { item: 0 } }] });
    expect(callsOf('payment')).toBe(1);
  });

  test('several items are answered for one by one', async () => {
    const page = await open(`/executions/${ids.orders}`, { colorScheme: 'dark' });
    const card = page.getByRole('article', { name: '“Send payment” was cut off' });
    await card.getByRole('checkbox', { name: 'Answer for each item by itself' }).waitFor();
    await picture(page, 'doubt-dark');
    await card.getByRole('checkbox', { name: 'Answer for each item by itself' }).check();
    const choose = async (item: number, answer: string) => {
      await card.getByRole('combobox', { name: `Item ${item}` }).click();
      await page.getByRole('option', { name: answer }).click();
    };
    await choose(1, 'It happened: go on');
    await choose(2, 'It did not happen: run it again');
    const send = card.getByRole('button', { name: 'Answer', exact: true });
    expect(await send.isDisabled()).toBe(true);
    await choose(3, 'It happened: go on');
    await send.click();
    await reach(ids.orders, 'succeeded');
    const { outputs } = await server.api(routes.getStepData, {
      params: { executionId: ids.orders, path: 'pay' },
    });
    expect(outputs['main']!.map(({ json }) => json)).toEqual([
      { order: 'o-1' },
      { paid: '/orders' },
      { order: 'o-3' },
    ]);
    expect(callsOf('orders')).toBe(4);
  });
});
