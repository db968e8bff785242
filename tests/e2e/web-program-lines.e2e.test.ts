/** What a program has written, in a real browser: while it waits, after the server was killed, and when it has ended. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routes } from '@navette/contracts';
import { waitFor } from '@navette/testing';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startServer } from './start-server.ts';
import { launchBrowser, openVisit, whyNoBrowser } from './web-browser.ts';

const reason = whyNoBrowser();
if (reason) console.log(`Browser tests are skipped: ${reason}.`);

const source = `export default async function (ctx) {
  console.log('begun');
  for (const name of ['one', 'two']) {
    await ctx.signal(name);
    console.log('heard', name);
  }
}`;

/** Each line as the page shows it: its time and its text. */
async function readLog(page: Page, count: number): Promise<string[]> {
  const panel = page.getByRole('complementary', { name: 'Program' });
  await panel.getByRole('tab', { name: `Logs (${count})` }).click();
  return panel.getByRole('log').locator('> div').allInnerTexts();
}

test.skipIf(reason)('lines of a program are there while it waits, once, with their first time', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'navette-e2e-'));
  const browser = await launchBrowser();
  let server = await startServer({ dataDir });
  try {
    const { apiKey, cookie } = await server.createOwner();
    const definition = {
      nodes: [
        { id: 'start', name: 'Start', type: 'manual-trigger' },
        { id: 'program', name: 'Program', type: 'program', parameters: { source } },
      ],
      edges: [{ from: 'start', to: 'program' }],
    };
    const body = { name: 'Two signals', description: '', definition };
    const { id: workflowId } = await server.api(routes.createWorkflow, { body });
    const { executionId } = await server.api(routes.runWorkflow, { params: { workflowId }, body: {} });
    const params = { executionId };
    const waitForStep = (path: string, status: string) =>
      waitFor(
        async () => {
          const { steps } = await server.api(routes.getExecution, { params });
          return steps.find((step) => step.path === path)?.status === status;
        },
        { timeoutMs: 60_000, what: `${path}: ${status}` },
      );
    const send = (name: string) => server.api(routes.sendSignal, { params: { ...params, name }, body: {} });
    const openPage = async () => {
      const visit = await openVisit(browser, server.url, { cookie, reducedMotion: 'reduce' });
      await visit.page.goto(`/executions/${executionId}?step=program`);
      return visit;
    };
    await waitForStep('program/@signal', 'waiting');
    const first = await openPage();
    const [begun] = await readLog(first.page, 1);
    expect(begun).toMatch(/begun/);

    // The page that is open hears of the next line, and it stays when the program waits again.
    await send('one');
    await waitForStep('program/@signal:2', 'waiting');
    const two = await readLog(first.page, 2);
    expect(two).toEqual([begun, expect.stringMatching(/heard one/)]);
    await first.close();

    await server.kill('SIGKILL');
    server = await startServer({ dataDir });
    server.useKey(apiKey);
    const second = await openPage();
    expect(await readLog(second.page, 2)).toEqual(two);

    await send('two');
    await waitForStep('program', 'succeeded');
    expect(await readLog(second.page, 3)).toEqual([...two, expect.stringMatching(/heard two/)]);
    await second.page.reload();
    expect((await readLog(second.page, 3)).slice(0, 2)).toEqual(two);
    await second.close();
  } finally {
    await browser.close();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
