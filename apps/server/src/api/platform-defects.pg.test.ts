/**
 * Defects W-1 to W-6 of the platform that came before, each shown absent over the API. What a test of its own proves is
 * named beside it.
 */
import type { WorkflowNode } from '@navette/contracts';
import { type FixtureServer, startFixtureServer, waitFor } from '@navette/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

let fixture: ServerFixture;
let service: FixtureServer;
let calls = 0;
beforeAll(async () => {
  service = await startFixtureServer(({ path }) => {
    if (path === '/hang') return new Promise(() => {});
    calls += 1;
    throw new Error('Not today');
  });
  fixture = await openServerFixture({
    NAVETTE_WORKER_CONCURRENCY: '1',
    NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: service.host,
  });
});
afterAll(async () => {
  await fixture?.close();
  await service?.close();
});

const patience = { timeoutMs: 60_000 };

function createNode(id: string, type: string, parameters: object = {}, settings: object = {}): WorkflowNode {
  return { id, name: id, type, parameters, settings } as WorkflowNode;
}

function createWorkflow(nodes: WorkflowNode[], edges: { from: string; fromPort?: string; to: string }[]) {
  return fixture.createWorkflow({ nodes: [createNode('start', 'manual-trigger'), ...nodes], edges });
}

async function enqueue(workflowId: string, body: object = {}): Promise<string> {
  const answer = await fixture.call('enqueueExecution', { body: { workflowId, ...body } });
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return answer.body.executionId;
}

const read = async (executionId: string) =>
  (await fixture.call('getExecution', { params: { executionId } })).body;

const awaitEnd = (executionId: string) =>
  waitFor(async () => {
    const execution = await read(executionId);
    return execution.finishedAt !== null && execution;
  }, patience);

const readStep = (execution: { steps: { path: string }[] }, path: string) =>
  execution.steps.find((step) => step.path === path);

test('W-1: a node type that is unknown fails when it is saved, by name', async () => {
  const definition = { nodes: [createNode('a', 'teleport')], edges: [] };
  const answer = await fixture.call('createWorkflow', { body: { name: 'Unknown', definition } });
  expect(answer.status).toBe(422);
  expect(JSON.stringify(answer.body)).toContain('teleport');
  const saved = await fixture.call('listWorkflows', { query: '?search=Unknown' });
  expect(saved.body.items).toEqual([]);
  const { body } = await fixture.call('listNodeTypes');
  expect(body.items.map(({ type }: { type: string }) => type)).not.toContain('teleport');
});

/** The truth tables are beside the nodes: packages/nodes/src/{if,switch,loop,for-each}, workflows' own tests. */
test('W-2: a condition decides, and the branch that is not taken is skipped', async () => {
  const workflowId = await createWorkflow(
    [
      createNode('if', 'if', {
        conditions: [{ left: '{{ $json.n }}', operator: { type: 'number', operation: 'gte' }, right: 1 }],
      }),
      createNode('yes', 'no-op'),
      createNode('no', 'no-op'),
    ],
    [
      { from: 'start', to: 'if' },
      { from: 'if', fromPort: 'true', to: 'yes' },
      { from: 'if', fromPort: 'false', to: 'no' },
    ],
  );
  for (const [n, taken, skipped] of [
    [0, 'no', 'yes'],
    [2, 'yes', 'no'],
  ] as const) {
    const execution = await awaitEnd(await enqueue(workflowId, { input: { n } }));
    expect(execution.status).toBe('succeeded');
    expect(readStep(execution, taken)).toMatchObject({ status: 'succeeded' });
    expect(readStep(execution, skipped)).toMatchObject({ status: 'skipped' });
  }
});

/** The gaps are kept on a virtual clock in packages/engine/src/recovery/exhausted-retries.test.ts. */
test('W-3: a node that fails is tried three times and is a dead letter then; a timeout is a failure', async () => {
  const call = (path: string, settings: object) =>
    createWorkflow(
      [createNode('call', 'http-request', { url: `${service.url}${path}` }, settings)],
      [{ from: 'start', to: 'call' }],
    );
  const failing = await call('/fail', { retry: { maxAttempts: 3, delayMs: 100, jitter: 0 } });
  const failed = await awaitEnd(await enqueue(failing));
  expect(failed.status).toBe('failed');
  expect(readStep(failed, 'call')).toMatchObject({ status: 'failed', attempts: 3 });
  expect(calls).toBe(3);
  const timedOut = await awaitEnd(await enqueue(await call('/hang', { timeoutMs: 300 })));
  expect(timedOut).toMatchObject({ status: 'failed', error: { code: 'NODE_TIMEOUT' } });
  const letters = await fixture.call('listDeadLetters');
  const ids = letters.body.items.map(({ id, executionId }: Record<string, string>) => id ?? executionId);
  expect(ids).toEqual(expect.arrayContaining([failed.id, timedOut.id]));
});

/** With a hundred waiting, on both dispatchers: packages/dispatch/src/testing/execution-queue-conformance.ts. */
test('W-4: an urgent execution starts before those that were queued before it', async () => {
  const workflowId = await createWorkflow([createNode('end', 'no-op')], [{ from: 'start', to: 'end' }]);
  const asOwner = { headers: { cookie: fixture.owner.cookie, origin: fixture.url } };
  expect((await fixture.call('pauseQueue', asOwner)).status).toBe(200);
  const ids: string[] = [];
  for (let count = 0; count < 10; count++) ids.push(await enqueue(workflowId));
  const urgent = await enqueue(workflowId, { priority: 'high' });
  expect((await fixture.call('resumeQueue', asOwner)).status).toBe(200);
  await Promise.all([...ids, urgent].map(awaitEnd));
  const startedAt = async (id: string) => Date.parse((await read(id)).startedAt);
  const before = await Promise.all(ids.map(startedAt));
  const at = await startedAt(urgent);
  expect(before.filter((other) => other < at)).toEqual([]);
});

test('W-5: there is one id, from the answer to the records of the steps', async () => {
  const workflowId = await createWorkflow([createNode('end', 'no-op')], [{ from: 'start', to: 'end' }]);
  const answer = await fixture.call('enqueueExecution', { body: { workflowId } });
  const { executionId, jobId } = answer.body;
  expect(jobId).toBe(executionId);
  expect((await awaitEnd(executionId)).id).toBe(executionId);
  const job = await fixture.call('getQueueJob', { params: { executionId } });
  expect(job.body).toMatchObject({ executionId, status: 'succeeded' });
  const listed = await fixture.call('listExecutions', { query: `?workflowId=${workflowId}` });
  expect(listed.body.items.map(({ id }: { id: string }) => id)).toEqual([executionId]);
});

/** How many a second, and how late: `npm run bench -- webhook --seconds 60`. Loss under kill -9: tests/e2e/crash.e2e.test.ts. */
test('W-6: what is accepted while many are accepted at once is stored and ends, each once', async () => {
  const workflowId = await createWorkflow(
    [createNode('a', 'no-op'), createNode('b', 'no-op')],
    [
      { from: 'start', to: 'a' },
      { from: 'a', to: 'b' },
    ],
  );
  const ids = await Promise.all(Array.from({ length: 60 }, () => enqueue(workflowId)));
  expect(new Set(ids).size).toBe(60);
  for (const id of ids) expect((await awaitEnd(id)).status).toBe('succeeded');
});
