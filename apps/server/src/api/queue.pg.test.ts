import type { WorkflowDefinitionInput } from '@navette/contracts';
import { createUuid, encodeId } from '@navette/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

let fixture: ServerFixture;
beforeAll(async () => {
  fixture = await openServerFixture({ NAVETTE_WORKER_CONCURRENCY: '1' });
});
afterAll(() => fixture?.close());

const chain = (type: string, parameters: Record<string, unknown> = {}): WorkflowDefinitionInput => ({
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    { id: 'step', name: 'Step', type, parameters: parameters as never },
  ],
  edges: [{ from: 'start', to: 'step' }],
});

async function enqueue(workflowId: string, body: Record<string, unknown> = {}) {
  const answer = await fixture.call('enqueueExecution', { body: { workflowId, ...body } });
  expect(answer.status).toBe(202);
  return answer.body as { executionId: string; jobId: string; status: string };
}

const readJob = async (executionId: string) =>
  (await fixture.call('getQueueJob', { params: { executionId } })).body;

describe('the queue', () => {
  test('has one id from the answer to the records of the steps', async () => {
    const workflowId = await fixture.createWorkflow(chain('no-op'));
    const { executionId, jobId, status } = await enqueue(workflowId, { input: { n: 7 } });
    expect([jobId, status]).toEqual([executionId, 'queued']);
    await expect.poll(async () => (await readJob(executionId)).status).toBe('succeeded');
    expect(await readJob(executionId)).toMatchObject({
      executionId,
      error: null,
      progress: { completedSteps: 2, knownSteps: 2 },
      result: [{ n: 7 }],
    });
    const detail = await fixture.call('getExecution', { params: { executionId } });
    expect(detail.body).toMatchObject({ id: executionId, status: 'succeeded' });
  });

  test('takes who calls from the key and refuses to be told', async () => {
    const workflowId = await fixture.createWorkflow(chain('no-op'));
    const body = { workflowId, userId: 'somebody else' };
    const answer = await fixture.call('enqueueExecution', { body });
    expect(answer.status).toBe(400);
    expect(answer.body.issues[0].path).toContain('userId');
  });

  test('retries what failed and nothing else', async () => {
    const workflowId = await fixture.createWorkflow(chain('stop-with-error', { message: 'No.' }));
    const { executionId } = await enqueue(workflowId);
    await expect.poll(async () => (await readJob(executionId)).status).toBe('failed');
    expect((await readJob(executionId)).error.message).toContain('No.');
    const retried = await fixture.call('retryQueueJob', { params: { executionId } });
    expect(retried.status).toBe(202);
    expect(retried.body.executionId).not.toBe(executionId);
    const fine = await enqueue(await fixture.createWorkflow(chain('no-op')));
    await expect.poll(async () => (await readJob(fine.executionId)).status).toBe('succeeded');
    const params = { executionId: fine.executionId };
    const refused = await fixture.call('retryQueueJob', { params });
    expect(refused.body).toMatchObject({ status: 409, code: 'EXECUTION_NOT_RETRYABLE' });
    const unknown = { executionId: encodeId('execution', createUuid()) };
    for (const id of ['getQueueJob', 'cancelQueueJob', 'retryQueueJob'] as const)
      expect((await fixture.call(id, { params: unknown })).status).toBe(404);
  });

  test('holds everything back while it is paused, says so, and goes on', async () => {
    const workflowId = await fixture.createWorkflow(chain('no-op'));
    const waiting = await fixture.createWorkflow(chain('wait', { amount: 1, unit: 'hours' }));
    const parked = await enqueue(waiting);
    await expect.poll(async () => (await readJob(parked.executionId)).status).toBe('waiting');
    expect((await fixture.call('pauseQueue')).body).toEqual({ paused: true });
    let kept: { executionId: string };
    try {
      const { body } = await fixture.call('getQueue');
      expect(body).toMatchObject({ paused: true, manageable: true, health: { ok: true, workers: 1 } });
      expect(body.metrics).toMatchObject({ waiting: 0, delayed: 1 });
      kept = await enqueue(workflowId);
      // A place is free here, and yet it stays in the queue.
      expect((await fixture.call('getQueue')).body.metrics).toMatchObject({
        waiting: 0,
        paused: 1,
        active: 0,
      });
      expect((await readJob(kept.executionId)).status).toBe('queued');
    } finally {
      expect((await fixture.call('resumeQueue')).body).toEqual({ paused: false });
    }
    const { executionId } = kept;
    await expect.poll(async () => (await readJob(executionId)).status).toBe('succeeded');
    const cancelled = await fixture.call('cancelQueueJob', { params: parked });
    expect(cancelled.body).toMatchObject({ id: parked.executionId, status: 'cancelled' });
    const { body: metrics } = await fixture.call('getQueueMetrics');
    expect(metrics).toMatchObject({ paused: 0, delayed: 0, held: 0 });
    expect(metrics.completed).toBeGreaterThan(0);
    const { waiting: ready, held, active, completed, failed, delayed, paused } = metrics;
    expect(metrics.total).toBe(ready + held + active + completed + failed + delayed + paused);
  });

  test('is paused, resumed and cleaned by the owner of the server alone', async () => {
    const reader = await fixture.createKey(['executions:read']);
    for (const id of ['pauseQueue', 'resumeQueue', 'cleanQueue'] as const) {
      expect((await fixture.call(id, { key: reader })).status).toBe(403);
    }
    expect((await fixture.call('cleanQueue')).body).toEqual({ removed: expect.any(Number) });
    const audit = await fixture.request('/api/v1/audit?limit=50');
    const actions = audit.body.items.map((entry: { action: string }) => entry.action);
    for (const action of ['queue-paused', 'queue-resumed', 'queue-cleaned'])
      expect(actions).toContain(action);
  });

  test('tells its health and its workers', async () => {
    const health = await fixture.call('getQueueHealth');
    expect(health.body).toMatchObject({ ok: true, kind: 'in-process', mode: 'queue', workers: 1 });
    const { body } = await fixture.call('listWorkers');
    expect(body.items).toHaveLength(1);
    expect(body.items[0]).toMatchObject({ state: 'alive', pid: process.pid, maxActive: 1 });
    expect(body.items[0].silenceMs).toBeGreaterThanOrEqual(0);
  });

  test('counts for its project alone', async () => {
    const { body } = await fixture.call('getQueueMetrics', { key: fixture.strangerKey });
    expect(body).toMatchObject({ total: 0 });
  });
});
