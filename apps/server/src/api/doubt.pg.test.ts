/** Steps that a crash left in doubt, through the API of a whole server whose worker is declared dead at their work. */
import type { WorkflowDefinitionInput } from '@navette/contracts';
import { type FixtureServer, failOnUnheardRejections, startFixtureServer, waitFor } from '@navette/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

failOnUnheardRejections(afterAll);

const patience = { timeoutMs: 30_000 };
let fixture: ServerFixture;
let other: FixtureServer;
/** Requests are answered from now on; before, they hang. */
let answers = false;

beforeAll(async () => {
  other = await startFixtureServer(({ path }) => (answers ? { charged: path } : new Promise(() => {})));
  fixture = await openServerFixture({ NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: other.host });
});
afterAll(async () => {
  await fixture?.close();
  await other?.close();
});

const start = { id: 'start', name: 'Start', type: 'manual-trigger' };

function charging(settings: object = {}): WorkflowDefinitionInput {
  const parameters = { method: 'POST', url: `${other.url}/charge` };
  const charge = { id: 'charge', name: 'Charge', type: 'http-request', parameters };
  return {
    nodes: [start, { ...charge, settings: { afterCrash: 'ask', ...settings } } as never],
    edges: [{ from: 'start', to: 'charge' }],
  };
}

const read = async (executionId: string) =>
  (await fixture.call('getExecution', { params: { executionId } })).body;

const reaches = (executionId: string, status: string) =>
  waitFor(
    async () => {
      const execution = await read(executionId);
      return execution.status === status && execution;
    },
    { ...patience, what: `${executionId} to be ${status}` },
  );

/** The row is read after the journal, so that it may say "waiting" before the step does. */
const asks = (executionId: string, question = 1) =>
  waitFor(
    async () => {
      const execution = await read(executionId);
      return execution.status === 'waiting' && execution.steps[1].doubt?.question === question && execution;
    },
    { ...patience, what: `${executionId} to ask its question ${question}` },
  );

/** Starts it, and has its worker declared dead while the other side has not answered. */
async function leaveInDoubt(definition: WorkflowDefinitionInput, items: object[] = [{ n: 1 }]) {
  answers = false;
  other.requests.length = 0;
  const workflowId = await fixture.createWorkflow(definition);
  const answer = await fixture.call('runWorkflow', { params: { workflowId }, body: { input: items } });
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  const executionId: string = answer.body.executionId;
  await waitFor(() => other.requests.length === items.length, patience);
  await fixture.server.database.pool.query(
    `UPDATE workers SET state = 'dead', stopped_at = now() WHERE state = 'alive'`,
  );
  const execution = await asks(executionId);
  answers = true;
  const doubt = execution.steps[1].doubt;
  const resolve = (body: object, path = 'charge', options: { key?: string } = {}) =>
    fixture.call('resolveStep', {
      params: { executionId, path },
      body: { question: doubt.question, ...body },
      ...options,
    });
  return { executionId, execution, doubt, resolve };
}

const outputsOf = async (executionId: string) =>
  (await fixture.call('getStepData', { params: { executionId, path: 'charge' } })).body.outputs;
const keys = () => new Set(other.requests.map(({ headers }) => headers['idempotency-key']));

describe('a request that was cut off', () => {
  test('waits for somebody, says so, and is sent again with its key when they say so', async () => {
    const { doubt, execution, executionId, resolve } = await leaveInDoubt(charging());
    expect(execution.why).toEqual({ code: 'doubt', params: { node: 'Charge', since: doubt.askedAt } });
    expect(execution.reason).toContain('(Charge)');
    expect(doubt).toEqual({
      question: 1,
      askedAt: expect.any(String),
      begunAt: expect.any(String),
      items: null,
      keys: [other.requests[0]!.headers['idempotency-key']],
    });
    expect(other.requests).toHaveLength(1);
    const answer = await resolve({ outcome: 'retry', comment: 'Not in their list' });
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    const ended = await reaches(executionId, 'succeeded');
    expect(ended.steps[1].doubt).toBeUndefined();
    expect(other.requests).toHaveLength(2);
    expect(keys().size).toBe(1);
    const { body } = await fixture.call('listAudit', { query: '?action=step-resolved' });
    expect(body.items[0]).toMatchObject({
      resourceId: executionId,
      details: { path: 'charge', question: 1, outcomes: ['retry'] },
    });
  });

  test('that was done is not sent again', async () => {
    const { executionId, resolve } = await leaveInDoubt(charging());
    expect((await resolve({ outcome: 'done', output: { charge: 'ch_7' } })).status).toBe(202);
    await reaches(executionId, 'succeeded');
    expect(await outputsOf(executionId)).toEqual({
      main: [{ json: { charge: 'ch_7' }, pairedItem: { item: 0 } }],
    });
    expect(other.requests).toHaveLength(1);
  });

  test('that failed fails the execution, which can be retried', async () => {
    const { executionId, resolve } = await leaveInDoubt(charging());
    expect((await resolve({ outcome: 'fail' })).status).toBe(202);
    expect(await reaches(executionId, 'failed')).toMatchObject({
      error: { code: 'STEP_RESOLVED_AS_FAILED' },
    });
    const retried = await fixture.call('retryExecution', { params: { executionId } });
    await reaches(retried.body.executionId, 'succeeded');
    expect(keys().size).toBe(1);
  });

  test('takes one answer only, and none of those who may not run it', async () => {
    const { executionId, resolve } = await leaveInDoubt(charging());
    const reader = await fixture.createKey(['executions:read', 'workflows:read']);
    expect(await resolve({ outcome: 'retry' }, 'charge', { key: reader })).toMatchObject({
      status: 403,
      body: { code: 'AUTH_FORBIDDEN' },
    });
    expect((await resolve({ outcome: 'retry' }, 'charge', { key: fixture.strangerKey })).status).toBe(404);
    expect(other.requests).toHaveLength(1);
    const both = await Promise.all([resolve({ outcome: 'done' }), resolve({ outcome: 'fail' })]);
    expect(both.map(({ status }) => status).sort()).toEqual([202, 409]);
    const ended = await waitFor(async () => {
      const execution = await read(executionId);
      return execution.finishedAt !== null && execution;
    }, patience);
    expect(ended.status).toBe(both[0].status === 202 ? 'succeeded' : 'failed');
    expect(await resolve({ outcome: 'done' })).toMatchObject({
      status: 409,
      body: { code: 'EXECUTION_FINISHED' },
    });
  });

  test('is asked about again when it is cut off again, and the first answer is not the second', async () => {
    const { executionId, resolve } = await leaveInDoubt(charging());
    answers = false;
    await resolve({ outcome: 'retry' });
    await waitFor(() => other.requests.length === 2, patience);
    await fixture.server.database.pool.query(`UPDATE workers SET state = 'dead' WHERE state = 'alive'`);
    await asks(executionId, 2);
    expect(await resolve({ outcome: 'done' })).toMatchObject({
      status: 409,
      body: { code: 'STEP_ALREADY_RESOLVED' },
    });
    expect(await resolve({ outcome: 'done', question: 3 })).toMatchObject({
      status: 409,
      body: { code: 'STEP_NOT_IN_DOUBT' },
    });
    await resolve({ outcome: 'done', question: 2 });
    await reaches(executionId, 'succeeded');
    expect(other.requests).toHaveLength(2);
  });

  test('can be cancelled, and is then asked about no more', async () => {
    const { executionId, resolve } = await leaveInDoubt(charging());
    expect((await fixture.call('cancelExecution', { params: { executionId } })).status).toBe(202);
    const ended = await reaches(executionId, 'cancelled');
    expect(ended.steps[1]).toMatchObject({ status: 'cancelled' });
    expect(ended.steps[1].doubt).toBeUndefined();
    expect((await resolve({ outcome: 'retry' })).status).toBe(409);
    expect(other.requests).toHaveLength(1);
  });
});

describe('requests side by side', () => {
  test('are answered for one by one', async () => {
    const settings = { concurrency: 3, onError: 'continue' };
    const { doubt, executionId, resolve } = await leaveInDoubt(charging(settings), [
      { n: 0 },
      { n: 1 },
      { n: 2 },
    ]);
    expect(doubt.items).toEqual([0, 1, 2]);
    expect(await resolve({ items: [{ item: 0, outcome: 'done' }] })).toMatchObject({
      status: 400,
      body: { code: 'REQUEST_INVALID', issues: [{ path: '/body/outcome' }] },
    });
    const answer = await resolve({
      outcome: 'retry',
      items: [
        { item: 0, outcome: 'done', output: { charge: 'ch_0' } },
        { item: 2, outcome: 'fail' },
      ],
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    await reaches(executionId, 'succeeded');
    expect(other.requests).toHaveLength(4);
    expect(keys().size).toBe(3);
    const { main } = await outputsOf(executionId);
    expect(main.map(({ json }: { json: object }) => json)).toEqual([
      { charge: 'ch_0' },
      { charged: '/charge' },
      expect.objectContaining({ error: expect.objectContaining({ code: 'STEP_RESOLVED_AS_FAILED' }) }),
    ]);
  });
});

test.each([
  ['a step that is not there', 'nowhere', { outcome: 'retry' }, 404, 'STEP_NOT_FOUND'],
  ['a step that asks nothing', 'start', { outcome: 'retry' }, 409, 'STEP_NOT_IN_DOUBT'],
  ['no outcome', 'charge', {}, 400, 'REQUEST_INVALID'],
  ['an unknown outcome', 'charge', { outcome: 'maybe' }, 400, 'REQUEST_INVALID'],
  ['an output of what failed', 'charge', { outcome: 'fail', output: {} }, 400, 'REQUEST_INVALID'],
  ['an item of a whole step', 'charge', { items: [{ item: 0, outcome: 'done' }] }, 400, 'REQUEST_INVALID'],
  ['a question before the first', 'charge', { outcome: 'retry', question: 0 }, 400, 'REQUEST_INVALID'],
  ['an unknown field', 'charge', { outcome: 'retry', why: 'x' }, 400, 'REQUEST_INVALID'],
])('%s is refused', async (_what, path, body, status, code) => {
  const { executionId, resolve } = await leaveInDoubt(charging());
  expect(await resolve(body, path)).toMatchObject({ status, body: { code } });
  expect((await read(executionId)).status).toBe('waiting');
  await fixture.call('cancelExecution', { params: { executionId } });
});
