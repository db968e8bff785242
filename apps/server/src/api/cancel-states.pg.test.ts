/** Cancelling over HTTP, in one process that does everything, from each state that an execution can be in. */
import type { WorkflowNode } from '@navette/contracts';
import { type FixtureServer, failOnUnheardRejections, startFixtureServer, waitFor } from '@navette/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

failOnUnheardRejections(afterAll);

type NodeOf = { type: string; parameters?: Record<string, unknown>; settings?: object };

let fixture: ServerFixture;
let silent: FixtureServer;
/** A workflow that waits, for others to call. */
let calledId: string;
beforeAll(async () => {
  silent = await startFixtureServer(({ path }) => {
    if (path === '/hang') return new Promise(() => {});
    throw new Error('Not today');
  });
  fixture = await openServerFixture({
    NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: silent.host,
    NAVETTE_WORKER_CONCURRENCY: '1',
  });
  calledId = await fixture.createWorkflow({
    nodes: [
      { id: 'in', name: 'In', type: 'parent-trigger' },
      { id: 'hear', name: 'Hear', type: 'wait-for-signal', parameters: { name: 'go' } },
    ],
    edges: [{ from: 'in', to: 'hear' }],
  });
  const published = await fixture.call('publishWorkflow', { params: { workflowId: calledId } });
  expect(published.status, JSON.stringify(published.body)).toBeLessThan(300);
});
afterAll(async () => {
  await fixture?.close();
  await silent?.close();
});

const patience = { timeoutMs: 30_000 };

async function start(node: NodeOf): Promise<string> {
  const workflowId = await fixture.createWorkflow({
    nodes: [
      { id: 'start', name: 'Start', type: 'manual-trigger' },
      { id: 'step', name: 'Step', ...node } as WorkflowNode,
      { id: 'after', name: 'After', type: 'no-op' },
    ],
    edges: [
      { from: 'start', to: 'step' },
      { from: 'step', fromPort: node.type === 'approval' ? 'approved' : 'main', to: 'after' },
    ],
  });
  const answer = await fixture.call('runWorkflow', { params: { workflowId }, body: {} });
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return answer.body.executionId;
}

const read = async (executionId: string) =>
  (await fixture.call('getExecution', { params: { executionId } })).body;

async function reaches(executionId: string, status: string, step?: string) {
  return waitFor(
    async () => {
      const execution = await read(executionId);
      const found = execution.steps.find((each: { path: string }) => each.path === 'step');
      return execution.status === status && (step === undefined || found?.status === step) && execution;
    },
    { ...patience, what: `${executionId} to be ${status}, ${step ?? ''}` },
  );
}

async function cancel(executionId: string) {
  const answer = await fixture.call('cancelExecution', { params: { executionId } });
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  await reaches(executionId, 'cancelled');
  const again = await fixture.call('cancelExecution', { params: { executionId } });
  expect(again).toMatchObject({ status: 409, body: { code: 'EXECUTION_FINISHED' } });
}

const retry = { maxAttempts: 5, delayMs: 3_600_000, backoff: 'fixed', jitter: 0 };
const http = (path: string, settings: object = {}): NodeOf => ({
  type: 'http-request',
  parameters: { url: `${silent.url}${path}` },
  settings,
});

describe('an execution ends as cancelled', () => {
  test.each<[string, () => NodeOf, string, string]>([
    ['while a request that nobody answers is at work', () => http('/hang'), 'running', 'running'],
    ['while it waits to try again', () => http('/fail', { retry }), 'running', 'retrying'],
    [
      'while it waits for a time',
      () => ({ type: 'wait', parameters: { amount: 90, unit: 'days' } }),
      'waiting',
      'waiting',
    ],
    [
      'while it waits for a signal',
      () => ({ type: 'wait-for-signal', parameters: { name: 'go', key: 'k' } }),
      'waiting',
      'waiting',
    ],
    ['while it waits for a request', () => ({ type: 'wait-for-webhook' }), 'waiting', 'waiting'],
    [
      'while it waits for a decision',
      () => ({ type: 'approval', parameters: { title: 'Go?' } }),
      'waiting',
      'waiting',
    ],
    [
      'while it waits for a child',
      () => ({ type: 'sub-workflow', parameters: { workflowId: calledId } }),
      'waiting',
      'waiting',
    ],
  ])('%s', async (_name, node, status, step) => {
    const id = await start(node());
    await reaches(id, status, step);
    await cancel(id);
    const { steps } = await read(id);
    const left = steps.filter(({ status: of }: { status: string }) =>
      ['running', 'retrying', 'waiting'].includes(of),
    );
    expect(left).toEqual([]);
    const { body } = await fixture.call('listExecutions', { query: '?status=queued,running,waiting' });
    expect(body.items).toEqual([]);
    const open = await fixture.call('listApprovals', { query: '?status=open' });
    expect(open.body.items).toEqual([]);
  });

  test('while it is queued behind another one', async () => {
    const busy = await start(http('/hang'));
    await reaches(busy, 'running', 'running');
    const queued = await start({ type: 'no-op' });
    expect((await read(queued)).status).toBe('queued');
    await cancel(queued);
    await cancel(busy);
  });
});
