import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowDefinitionInput } from '@navette/contracts';
import { createUuid, silentLogger } from '@navette/kit';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@navette/store';
import { type FixtureServer, failOnUnheardRejections, startFixtureServer, waitFor } from '@navette/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStepPorts } from '../ports/step-ports.ts';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

failOnUnheardRejections(afterAll);

/** A server on a Postgres of its own, which is stopped, killed and started again under it. */
const limit = { timeoutMs: 60_000 };
const testTimeoutMs = 180_000;
let root: string;
let postgres: EmbeddedPostgres;
let fixture: ServerFixture;
/** What steps call: it answers when the test says so. */
let outside: FixtureServer;
const answerOutside = Promise.withResolvers<string>();

/** With fsync: what is lost by a kill must not have been committed. */
const startPostgres = () =>
  startEmbeddedPostgres({ dataDir: root, logger: silentLogger, lockWaitMs: 10_000 });

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'navette-faults-'));
  // So that the socket stays in the folder, and its address the same.
  chmodSync(root, 0o755);
  postgres = await startPostgres();
  outside = await startFixtureServer(() => answerOutside.promise);
  fixture = await openServerFixture({
    DATABASE_URL: postgres.connectionString,
    NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: outside.host,
  });
});
afterAll(async () => {
  await fixture?.close();
  await outside?.close();
  await postgres?.stop();
  rmSync(root, { recursive: true, force: true });
});

const wait = (id: string) => ({
  id,
  name: id,
  type: 'wait',
  parameters: { amount: 0.4, unit: 'seconds' },
});
/** Six short waits, each of which is written down before the next. */
const chain: WorkflowDefinitionInput = {
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    ...Array.from({ length: 6 }, (_, index) => wait(`wait-${index}`)),
  ],
  edges: Array.from({ length: 6 }, (_, index) => ({
    from: index === 0 ? 'start' : `wait-${index - 1}`,
    to: `wait-${index}`,
  })),
  settings: { durability: 'full' },
};
const hook: WorkflowDefinitionInput = {
  nodes: [
    {
      id: 'hook',
      name: 'Hook',
      type: 'webhook-trigger',
      parameters: { path: 'faults', methods: ['POST'], respond: 'finished' },
    },
  ],
  edges: [],
};

async function startChains(count: number): Promise<string[]> {
  const workflowId = await fixture.createWorkflow(chain);
  const started = Array.from({ length: count }, () =>
    fixture.call('runWorkflow', { params: { workflowId }, body: {} }),
  );
  return (await Promise.all(started)).map((answer) => {
    expect(answer.status).toBe(202);
    return answer.body.executionId;
  });
}

/** A request that meets the database on its way down or up is told to come back. */
async function waitUntilSucceeded(executionIds: readonly string[]): Promise<void> {
  for (const executionId of executionIds) {
    const ended = await waitFor(async () => {
      const answer = await fixture.call('getExecution', { params: { executionId } });
      return answer.status === 200 && answer.body.finishedAt !== null && answer.body;
    }, limit);
    expect(ended).toMatchObject({ status: 'succeeded' });
  }
}

const readReadiness = () => fixture.request('/api/v1/health/ready', { key: null });

test('a database that is stopped: new work is refused in words, what is at work waits and goes on', {
  timeout: testTimeoutMs,
}, async () => {
  const hookId = await fixture.createWorkflow(hook, 'Hook');
  await fixture.call('publishWorkflow', { params: { workflowId: hookId }, body: {} });
  expect((await fixture.request('/webhook/faults', { method: 'POST', key: null })).status).toBe(200);
  const executionIds = await startChains(8);
  const stream = await fetch(`${fixture.url}/api/v1/executions/${executionIds[0]}/events`, {
    headers: { authorization: `Bearer ${fixture.owner.key}` },
  });
  expect(stream.status).toBe(200);
  const address = postgres.connectionString;
  await postgres.stop();

  const ready = await waitFor(async () => {
    const answer = await readReadiness();
    return answer.status === 503 && /unreachable since/.test(JSON.stringify(answer.body)) && answer;
  }, limit);
  expect(ready.body.checks).toContainEqual({
    name: 'database',
    ok: false,
    detail: expect.stringMatching(/^database unreachable since 20\d\d-\d\d-\d\dT/),
  });
  // Nothing is wrong with the process: to start it again would mend nothing.
  const live = await fixture.call('healthLive', { key: null });
  expect(live).toMatchObject({ status: 200, body: { status: 'ok' } });
  const refused = await fixture.request('/webhook/faults', { method: 'POST', key: null });
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('2');
  expect(refused.headers.get('content-type')).toContain('application/problem+json');
  expect(refused.body).toMatchObject({ code: 'SERVER_DATABASE', status: 503 });
  const list = await fixture.call('listExecutions');
  expect(list).toMatchObject({ status: 503, body: { code: 'SERVER_DATABASE' } });

  postgres = await startPostgres();
  expect(postgres.connectionString).toBe(address);
  await waitFor(async () => (await readReadiness()).status === 200, limit);
  // Ready means that it takes work.
  expect((await fixture.request('/webhook/faults', { method: 'POST', key: null })).status).toBe(200);
  await waitUntilSucceeded(executionIds);
  // A live stream that was open all the while has told everything.
  const told = await stream.text();
  expect(told.match(/"step-completed"/g)).toHaveLength(7);
  expect(told).toContain('"execution-finished"');
  const answer = await waitFor(async () => {
    const again = await fixture.request('/webhook/faults', { method: 'POST', key: null });
    return again.status === 200 && again;
  }, limit);
  expect(answer.body).toMatchObject([{ method: 'POST' }]);
});

test('a database that is killed in the middle of the work: everything accepted ends well', {
  timeout: testTimeoutMs,
}, async () => {
  const executionIds = await startChains(8);
  for (let kill = 0; kill < 2; kill++) {
    const { pid } = postgres;
    process.kill(pid!, 'SIGKILL');
    // Its supervisor starts another one.
    await waitFor(() => postgres.pid !== undefined && postgres.pid !== pid, limit);
    await waitFor(async () => (await readReadiness()).status === 200, limit);
  }
  await waitUntilSucceeded(executionIds);
});

test('a step with a file to store waits for the database, and does not fail for it', {
  timeout: testTimeoutMs,
}, async () => {
  const parameters = { url: outside.url, responseFormat: 'binary' };
  const workflowId = await fixture.createWorkflow({
    nodes: [
      { id: 'start', name: 'Start', type: 'manual-trigger' },
      { id: 'download', name: 'Download', type: 'http-request', parameters },
    ],
    edges: [{ from: 'start', to: 'download' }],
  });
  const started = await fixture.call('runWorkflow', { params: { workflowId }, body: {} });
  const { executionId } = started.body;
  await waitFor(() => outside.count() === 1, limit);
  await postgres.stop();
  answerOutside.resolve('the file');
  await waitFor(async () => (await readReadiness()).status === 503, limit);
  // The time limit of a step ends the wait.
  const late = new AbortController();
  const { artifacts } = fixture.server.services.repositories;
  const step = {
    projectId: fixture.owner.projectId,
    executionId: createUuid(),
    path: 'a',
    signal: late.signal,
  };
  const port = createStepPorts({ http: () => assert.fail(), artifacts }).artifacts(step);
  const writing = port.write({ data: 'too late', fileName: 'a', mediaType: 'text/plain' });
  late.abort();
  await expect(writing).rejects.toThrow('aborted');
  postgres = await startPostgres();
  await waitUntilSucceeded([executionId]);
  const { body } = await fixture.call('listExecutionArtifacts', { params: { executionId } });
  expect(body.items).toMatchObject([{ sizeBytes: 8 }]);
});

test('no step broke off', () => {
  expect(fixture.logs.filter((line) => /A step broke the engine|broke off/.test(line))).toEqual([]);
});
