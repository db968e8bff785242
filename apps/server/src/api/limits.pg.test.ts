import type { WorkflowDefinitionInput } from '@navette/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture, type TestAnswer } from '../server-fixture.ts';

let fixture: ServerFixture;

beforeAll(async () => {
  fixture = await openServerFixture({ NAVETTE_MAX_QUEUED_PER_PROJECT: '3', NAVETTE_MAX_QUEUED: '100' });
});
afterAll(() => fixture?.close());

const patience = { timeout: 25_000 };

/** What is queued stays queued, so that a test sees it. */
beforeEach(() => fixture.server.runtime.dispatcher.pause());
afterEach(async () => {
  const { pool } = fixture.server.database;
  await pool.query('DELETE FROM schedules');
  await fixture.server.runtime.dispatcher.resume();
  await expect
    .poll(async () => {
      const open = await pool.query(`SELECT FROM executions WHERE status IN ('queued', 'running')`);
      return open.rowCount;
    }, patience)
    .toBe(0);
  await pool.query('DELETE FROM executions');
});

function limited(settings: object, trigger: object = { type: 'manual-trigger' }): WorkflowDefinitionInput {
  return {
    nodes: [{ id: 'start', name: 'Start', ...trigger } as never, { id: 'end', name: 'End', type: 'no-op' }],
    edges: [{ from: 'start', to: 'end' }],
    settings,
  };
}

async function publish(definition: WorkflowDefinitionInput): Promise<string> {
  const workflowId = await fixture.createWorkflow(definition);
  const answer = await fixture.call('publishWorkflow', { params: { workflowId }, body: {} });
  expect(answer.status).toBe(200);
  return workflowId;
}

const run = (workflowId: string, input: object = {}, more: object = {}) =>
  fixture.call('runWorkflow', { params: { workflowId }, body: { input, ...more } });
/** The bound is counted once a second: a few more may pass before it shows. */
async function untilRefused(start: () => Promise<TestAnswer>): Promise<TestAnswer> {
  for (let tries = 0; tries < 20; tries++) {
    const answer = await start();
    if (answer.status >= 400) return answer;
  }
  throw new Error('Nothing was refused');
}

const read = async ({ body }: TestAnswer) =>
  (await fixture.call('getExecution', { params: { executionId: body.executionId } })).body;

test('settings that cannot be kept are refused when they are saved', async () => {
  const create = (settings: object) =>
    fixture.call('createWorkflow', { body: { name: 'x', definition: limited(settings) } });
  const key = await create({ concurrency: { limit: 1, key: 'customer' } });
  expect(key.body).toMatchObject({
    status: 422,
    code: 'WORKFLOW_INVALID',
    issues: [{ path: '/body/definition/settings/concurrency/key' }],
  });
  const both = await create({ trigger: { debounceMs: 100, throttleMs: 100 } });
  expect(both.body).toMatchObject({
    status: 400,
    code: 'REQUEST_INVALID',
    issues: [{ path: '/body/definition/settings/trigger' }],
  });
});

test('an execution behind a limit says so, in words and for programs, in its list and alone', async () => {
  const workflowId = await fixture.createWorkflow(
    limited({ concurrency: { limit: 1, key: '{{ $json.customer }}' } }),
  );
  const first = await read(await run(workflowId, { customer: 'acme' }));
  expect(first).toMatchObject({
    status: 'queued',
    reason: 'Waits for a free worker, place 1',
    why: { code: 'queued-worker', params: { place: 1 } },
  });
  const second = await run(workflowId, { customer: 'acme' });
  const behind = {
    reason: 'Waits for a place: limit 1 for customer=acme, place 1',
    why: { code: 'queued-concurrency', params: { limit: 1, key: 'customer=acme', place: 1, ahead: 0 } },
  };
  expect(await read(second)).toMatchObject(behind);
  const list = await fixture.call('listExecutions', { query: '?status=queued' });
  expect(list.body.items[0]).toMatchObject({ id: second.body.executionId, ...behind });
  await fixture.server.runtime.dispatcher.resume();
  await expect.poll(async () => (await read(second)).status, patience).toBe('succeeded');
});

test('a queue that is full refuses: the project with 429, the server with 503, both with the time to wait', async () => {
  const definition = limited({ concurrency: { limit: 1 } });
  const workflowId = await fixture.createWorkflow(definition);
  const answers = [await run(workflowId), await run(workflowId), await run(workflowId)];
  expect(answers.map((answer) => answer.status)).toEqual([202, 202, 202]);
  const refused = await untilRefused(() => run(workflowId));
  expect(refused.body).toMatchObject({ status: 429, code: 'QUEUE_FULL_PROJECT' });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);

  const { pool } = fixture.server.database;
  await pool.query(
    `INSERT INTO executions (id, project_id, workflow_id, version_id, status, mode, trigger_node_id, created_at, root_id, held_by)
     SELECT i, i, i, i, 'queued', 'api', 'start', now(), i, i FROM (SELECT gen_random_uuid() AS i FROM generate_series(1, 100)) n`,
  );
  let full = refused;
  await expect
    .poll(async () => {
      full = await run(workflowId);
      return full.body.code;
    }, patience)
    .toBe('QUEUE_FULL_INSTANCE');
  expect(full.status).toBe(503);
  expect(Number(full.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  await pool.query(`DELETE FROM executions WHERE held_by = id`);
  await expect.poll(async () => (await run(workflowId)).body.code, patience).not.toBe('QUEUE_FULL_INSTANCE');

  // While the queue is paused everything goes through it, also what has no limit.
  const plain = await fixture.createWorkflow(limited({}));
  expect((await run(plain)).body).toMatchObject({ status: 429, code: 'QUEUE_FULL_PROJECT' });
});

test('webhooks are refused alike, and a skipped one is told so', async () => {
  const hook = (path: string, respond: string) => ({
    type: 'webhook-trigger',
    parameters: { path, respond },
  });
  await publish(limited({ concurrency: { limit: 1 } }, hook('limited', 'immediately')));
  const post = (path: string) => fixture.request(`/webhook/${path}`, { method: 'POST', body: {} });
  await publish(limited({ concurrency: { limit: 1, onOverflow: 'skip' } }, hook('skipping', 'finished')));
  const waiting = post('skipping');
  await expect.poll(async () => (await fixture.call('listExecutions')).body.items.length, patience).toBe(1);
  expect((await post('skipping')).body).toMatchObject({ status: 429, code: 'EXECUTION_SKIPPED' });
  for (let n = 0; n < 2; n++) expect((await post('limited')).status).toBe(200);
  const refused = await untilRefused(() => post('limited'));
  expect(refused.body).toMatchObject({ status: 429, code: 'QUEUE_FULL_PROJECT' });
  await fixture.server.runtime.dispatcher.resume();
  expect((await waiting).status).toBe(200);
});

test('a webhook that is debounced is answered at once, with the execution that gathers', async () => {
  const trigger = { type: 'webhook-trigger', parameters: { path: 'gathered', respond: 'finished' } };
  const settings = { trigger: { debounceMs: 1_000, key: '{{ $json.body.order }}' } };
  await publish(limited(settings, trigger));
  const post = (body: object) => fixture.request('/webhook/gathered', { method: 'POST', body });
  const first = await post({ order: 7, n: 1 });
  expect(first.status).toBe(202);
  const second = await post({ order: 7, n: 2 });
  expect(second.body).toEqual(first.body);
  expect((await post({ order: 8 })).body).not.toEqual(first.body);
  expect(await read(first)).toMatchObject({
    status: 'waiting',
    reason: 'Waits until no trigger of body.order=7 has come for 1000 ms',
    why: { code: 'trigger-debounce', params: { key: 'body.order=7', ms: 1_000 } },
  });
  await fixture.server.runtime.dispatcher.resume();
  await expect.poll(async () => (await read(first)).status, patience).toBe('succeeded');
  const { executionId } = first.body;
  const data = await fixture.call('getStepData', { params: { executionId, path: 'start' } });
  expect(data.body.outputs.main[0].json.body).toEqual({ order: 7, n: 2 });
});

test('a scheduled run that does not fit into the queue is recorded as missed', async () => {
  const workflowId = await fixture.createWorkflow(limited({ concurrency: { limit: 1 } }));
  await untilRefused(() => run(workflowId));
  await publish(
    limited(
      {},
      {
        type: 'schedule-trigger',
        parameters: { rules: [{ every: 'cron', expression: '* * * * * *' }] },
      },
    ),
  );
  const missed = async () =>
    (await fixture.call('listExecutions', { query: '?mode=schedule&status=cancelled' })).body.items;
  await expect.poll(async () => (await missed()).length, patience).toBeGreaterThan(0);
  expect((await missed())[0].error).toMatchObject({ code: 'QUEUE_FULL_PROJECT' });
});

test('the priority of a run goes before that of its workflow', async () => {
  const workflowId = await fixture.createWorkflow(limited({ concurrency: { limit: 1 }, priority: 'low' }));
  await run(workflowId);
  const low = await run(workflowId);
  const high = await run(workflowId, {}, { priority: 'high' });
  expect((await read(high)).why.params.place).toBe(1);
  expect((await read(low)).why.params.place).toBe(2);
});
