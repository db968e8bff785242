/** Dead letters, reruns, forks, replays, error workflows and compensations through the API of a whole server. */
import type { ExecutionDetail, ExecutionReplay, Replay, WorkflowDefinitionInput } from '@navette/contracts';
import { systemActor } from '@navette/store';
import {
  type FixtureRequest,
  type FixtureServer,
  failOnUnheardRejections,
  startFixtureServer,
  waitFor,
} from '@navette/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';
import { toBareId } from './bare-id.ts';

failOnUnheardRejections(afterAll);

const patience = { timeoutMs: 30_000 };
let fixture: ServerFixture;
let other: FixtureServer;
/** Which test it is. Each has paths of its own: what one that failed has left at work is not seen by the next one. */
let turn = 0;
/** Paths that the other side refuses. */
const refused = new Set<string>();
/** Paths at which it says that it is busy. */
const busy = new Set<string>();

beforeAll(async () => {
  other = await startFixtureServer(({ path, body }, response) => {
    const [, of, name] = path.split('/');
    const isMeant = (paths: ReadonlySet<string>) => of === String(turn) && paths.has(`/${name}`);
    if (isMeant(refused) || isMeant(busy)) {
      response.statusCode = isMeant(refused) ? 422 : 503;
      return { refused: path };
    }
    return { path: `/${name}`, odd: 'a\u0000b', got: body.length > 0 ? JSON.parse(body.toString()) : null };
  });
  fixture = await openServerFixture({ NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: other.host });
});
afterAll(async () => {
  await fixture?.close();
  await other?.close();
});
beforeEach(({ onTestFailed }) => {
  turn += 1;
  refused.clear();
  busy.clear();
  other.requests.length = 0;
  const before = fixture.logs.length;
  onTestFailed(() => {
    const troubles = fixture.logs.slice(before).filter((line) => /"level":[4-6]0/.test(line));
    console.error(`What the server complained of meanwhile:\n${troubles.join('')}`);
  });
});

const start = { id: 'start', name: 'Start', type: 'manual-trigger' };

/** A node that posts what it gets to a path of the other side. */
function post(id: string, settings: object = {}) {
  const parameters = {
    method: 'POST',
    url: `${other.url}/${turn}/${id}`,
    bodyKind: 'json',
    jsonBody: '{{ $json }}',
  };
  return { id, name: id, type: 'http-request', parameters, settings };
}

function chain(nodes: readonly { id: string }[], settings: object = {}): WorkflowDefinitionInput {
  const all = [start, ...nodes];
  const edges = nodes.map(({ id }, index) => ({ from: all[index]!.id, to: id }));
  return { nodes: all, edges, settings } as WorkflowDefinitionInput;
}

const requests = () => other.requests.filter(({ path }) => path.startsWith(`/${turn}/`));
const nameOf = ({ path }: FixtureRequest) => path.split('/')[2]!;
const paths = () => requests().map(nameOf);
const keys = (path: string) =>
  requests()
    .filter((one) => nameOf(one) === path)
    .map((one) => one.headers['idempotency-key']);

async function untilEnded(executionId: string): Promise<ExecutionDetail> {
  return waitFor(
    async () => {
      const { body } = await fixture.call('getExecution', { params: { executionId } });
      return body.finishedAt !== null && (body as ExecutionDetail);
    },
    { ...patience, what: 'the execution to end' },
  );
}

async function run(workflowId: string, input: object = { n: 1 }): Promise<ExecutionDetail> {
  const answer = await fixture.call('runWorkflow', { params: { workflowId }, body: { input } });
  expect(answer.status).toBe(202);
  return untilEnded(answer.body.executionId);
}

async function follow(answer: { status: number; body: { executionId: string } }): Promise<ExecutionDetail> {
  expect(answer).toMatchObject({ status: 202 });
  return untilEnded(answer.body.executionId);
}

async function listLetters(query = ''): Promise<string[]> {
  const { body } = await fixture.call('listDeadLetters', { query });
  return body.items.map((item: { id: string }) => item.id);
}

async function listActions(executionId: string): Promise<string[]> {
  const { body } = await fixture.call('listAudit', { query: '?limit=200' });
  return body.items
    .filter((entry: { resourceId: string }) => entry.resourceId === executionId)
    .map((entry: { action: string }) => entry.action);
}

describe('dead letters', () => {
  test('hold what failed unattended, until it is retried or dismissed', async () => {
    refused.add('/pay');
    const workflowId = await fixture.createWorkflow(chain([post('pay')]));
    const failed = [await run(workflowId), await run(workflowId), await run(workflowId)];
    const ids = failed.map(({ id }) => id).reverse();
    expect(failed[0]).toMatchObject({ status: 'failed', deadLetter: 'open', origin: null });
    expect(await listLetters(`?workflowId=${workflowId}`)).toEqual(ids);
    const counts = await fixture.call('countDeadLetters');
    expect(counts.body.groups).toContainEqual({
      workflowId,
      workflowName: 'Test',
      code: failed[0]!.error!.code,
      count: 3,
    });

    refused.clear();
    const retried = await fixture.call('retryDeadLetters', { body: { executionIds: [ids[0]] } });
    expect(retried.body).toMatchObject({ retried: [{ executionId: ids[0] }], refused: [], remaining: 0 });
    const again = await untilEnded(retried.body.retried[0].newExecutionId);
    expect(again).toMatchObject({ status: 'succeeded', retryOf: ids[0], origin: { kind: 'retry' } });
    expect((await untilEnded(ids[0]!)).deadLetter).toBe('retried');

    const dismissed = await fixture.call('dismissDeadLetters', { body: { executionIds: [ids[1], ids[0]] } });
    expect(dismissed.body).toEqual({ dismissed: [ids[1]], remaining: 0 });
    expect((await untilEnded(ids[1]!)).deadLetter).toBe('dismissed');
    expect(await listLetters(`?workflowId=${workflowId}`)).toEqual([ids[2]]);
    expect(await listActions(ids[0]!)).toContain('dead-letter-retried');
    expect(await listActions(ids[1]!)).toEqual(['dead-letter-dismissed']);
  });

  test('hold what has failed as often as its policy says, and not before', async () => {
    busy.add('/pay');
    const retry = { maxAttempts: 3, delayMs: 20, jitter: 0 };
    const workflowId = await fixture.createWorkflow(chain([post('pay', { retry })]));
    const failed = await run(workflowId);
    expect(paths()).toEqual(['pay', 'pay', 'pay']);
    expect(new Set(keys('pay')).size).toBe(1);
    expect(failed).toMatchObject({ status: 'failed', deadLetter: 'open' });
    expect(failed.steps.at(-1)).toMatchObject({ status: 'failed', attempts: 3 });
  });

  test('do not hold what somebody started by hand, nor a child that its parent answers for', async () => {
    refused.add('/pay');
    const called = await fixture.createWorkflow({
      nodes: [{ id: 'start', name: 'Start', type: 'parent-trigger' }, post('pay')],
      edges: [{ from: 'start', to: 'pay' }],
    });
    await fixture.call('publishWorkflow', { params: { workflowId: called }, body: {} });
    const call = { id: 'call', name: 'Call', type: 'sub-workflow', parameters: { workflowId: called } };
    const parent = await fixture.createWorkflow(chain([call]));
    const failed = await run(parent);
    expect(await listLetters(`?workflowId=${called}`)).toEqual([]);
    expect(await listLetters(`?workflowId=${parent}`)).toEqual([failed.id]);

    const { cookie } = fixture.owner;
    const byHand = await fixture.request(`/api/v1/workflows/${parent}/run`, {
      method: 'POST',
      body: { input: {} },
      headers: { cookie, origin: fixture.url },
      key: null,
    });
    const watched = await untilEnded(byHand.body.executionId);
    expect(watched).toMatchObject({ status: 'failed', mode: 'manual', deadLetter: null });
    const retry = await fixture.call('retryExecution', { params: { executionId: watched.id } });
    expect(await untilEnded(retry.body.executionId)).toMatchObject({ status: 'failed', deadLetter: null });
    expect(await listLetters(`?workflowId=${parent}`)).toEqual([failed.id]);
  });

  test('are found and acted on by a filter, oldest first, page by page', async () => {
    refused.add('/pay');
    const workflowId = await fixture.createWorkflow(chain([post('pay')]));
    const ids = [];
    for (let n = 0; n < 3; n++) ids.unshift((await run(workflowId)).id);
    const page = await fixture.call('listDeadLetters', { query: `?workflowId=${workflowId}&limit=2` });
    expect(page.body.items.map((item: { id: string }) => item.id)).toEqual(ids.slice(0, 2));
    const cursor = `&cursor=${page.body.nextCursor}`;
    expect(await listLetters(`?workflowId=${workflowId}&limit=2${cursor}`)).toEqual(ids.slice(2));
    expect(await listLetters(`?workflowId=${workflowId}&code=SOMETHING_ELSE`)).toEqual([]);
    const middle = (await untilEnded(ids[1]!)).finishedAt!;
    expect(await listLetters(`?workflowId=${workflowId}&failedBefore=${middle}`)).toEqual(ids.slice(2));
    const filter = { workflowId, failedAfter: middle };
    const dismissed = await fixture.call('dismissDeadLetters', { body: { filter } });
    expect(dismissed.body.dismissed.toSorted()).toEqual(ids.slice(0, 2).toSorted());
    const retried = await fixture.call('retryDeadLetters', { body: { filter: { workflowId } } });
    expect(retried.body.retried.map((one: { executionId: string }) => one.executionId)).toEqual([ids[2]]);
    // The retry has failed too, and is a letter of its own.
    const again = await untilEnded(retried.body.retried[0].newExecutionId);
    expect(await listLetters(`?workflowId=${workflowId}`)).toEqual([again.id]);
  });

  test('are retried once, however often that is asked for', async () => {
    refused.add('/pay');
    const workflowId = await fixture.createWorkflow(chain([post('pay')]));
    const failed = await run(workflowId);
    refused.clear();
    const retry = async () => {
      const { body } = await fixture.call('retryDeadLetters', {
        body: { executionIds: [failed.id, failed.id] },
      });
      return body.retried.map((one: { newExecutionId: string }) => one.newExecutionId) as string[];
    };
    const first = await retry();
    expect(first).toHaveLength(1);
    expect(await retry()).toEqual([]);
    // Whoever found it on the list before the first retry took it off.
    await fixture.server.database.pool.query(
      'UPDATE executions SET settled_as = NULL, settled_at = NULL WHERE id = $1',
      [toBareId('execution', failed.id)],
    );
    expect(await listLetters(`?workflowId=${workflowId}`)).toEqual([failed.id]);
    expect(await retry()).toEqual(first);
    await untilEnded(first[0]!);
    expect(paths()).toEqual(['pay', 'pay']);
  });

  test('that cannot be retried are named, and keep no other one from it', async () => {
    refused.add('/pay');
    const workflowId = await fixture.createWorkflow(chain([post('pay')]));
    const [gone, failed] = [await run(workflowId), await run(workflowId)];
    refused.clear();
    const succeeded = await run(workflowId);
    // As retention does.
    await fixture.server.database.pool.query(
      `WITH gone AS (UPDATE executions SET data_deleted_at = now() WHERE id = $1 RETURNING id)
       DELETE FROM journal USING gone WHERE execution_id = gone.id`,
      [toBareId('execution', gone.id)],
    );
    const body = { executionIds: [gone.id, succeeded.id, failed.id] };
    const { body: answer } = await fixture.call('retryDeadLetters', { body });
    expect(answer).toMatchObject({
      retried: [{ executionId: failed.id }],
      refused: [{ executionId: gone.id, code: 'EXECUTION_DATA_DELETED' }],
    });
    expect(await untilEnded(answer.retried[0].newExecutionId)).toMatchObject({ status: 'succeeded' });
    expect(await listLetters(`?workflowId=${workflowId}`)).toEqual([gone.id]);
  });

  test('of which there are more than one call acts on are counted, and the oldest come first', async () => {
    refused.add('/pay');
    const workflowId = await fixture.createWorkflow(chain([post('pay')]));
    const ids = [await run(workflowId), await run(workflowId), await run(workflowId)].map(({ id }) =>
      toBareId('execution', id),
    );
    const { deadLetters } = fixture.server.services.repositories;
    const filter = { workflowId: toBareId('workflow', workflowId) };
    const projectId = toBareId('project', fixture.owner.projectId);
    expect(await deadLetters.choose(projectId, { filter, limit: 2 })).toEqual({
      ids: ids.slice(0, 2),
      remaining: 1,
    });
    expect(await deadLetters.choose(projectId, { filter, limit: 3 })).toEqual({ ids, remaining: 0 });
  });

  test('are dismissed as long as they are letters, whatever was found on the list before', async () => {
    refused.add('/pay');
    const workflowId = await fixture.createWorkflow(chain([post('pay')]));
    const [retried, open] = [await run(workflowId), await run(workflowId)];
    refused.clear();
    const succeeded = await run(workflowId);
    const answer = await fixture.call('retryDeadLetters', { body: { executionIds: [retried.id] } });
    await untilEnded(answer.body.retried[0].newExecutionId);
    const ids = [retried, succeeded, open].map(({ id }) => toBareId('execution', id));
    const change = { projectId: toBareId('project', fixture.owner.projectId), actor: systemActor };
    const { deadLetters } = fixture.server.services.repositories;
    expect(await deadLetters.dismiss(change, ids)).toEqual([toBareId('execution', open.id)]);
    expect((await untilEnded(retried.id)).deadLetter).toBe('retried');
  });

  test('may have any text in their error', async () => {
    const parameters = { message: 'Stopped at {{ $json.odd }}, "quoted" \\ and {}' };
    const stop = { id: 'stop', name: 'Stop', type: 'stop-with-error', parameters };
    const workflowId = await fixture.createWorkflow(chain([post('odd'), stop]));
    const failed = await run(workflowId);
    expect(failed.error!.message).toContain('a\u0000b');
    expect(failed).toMatchObject({ status: 'failed', deadLetter: 'open', error: { code: 'NODE_STOPPED' } });
    expect(await listLetters(`?workflowId=${workflowId}&code=NODE_STOPPED`)).toEqual([failed.id]);
    const { groups } = (await fixture.call('countDeadLetters')).body;
    expect(groups).toContainEqual({ workflowId, workflowName: 'Test', code: 'NODE_STOPPED', count: 1 });
  });

  test('of a stranger are nobody else’s', async () => {
    refused.add('/pay');
    const workflowId = await fixture.createWorkflow(chain([post('pay')]));
    const failed = await run(workflowId);
    const key = fixture.strangerKey;
    expect((await fixture.call('listDeadLetters', { key })).body.items).toEqual([]);
    const body = { executionIds: [failed.id] };
    expect((await fixture.call('dismissDeadLetters', { key, body })).body.dismissed).toEqual([]);
    expect((await fixture.call('retryDeadLetters', { key, body })).body.retried).toEqual([]);
    expect((await untilEnded(failed.id)).deadLetter).toBe('open');
    const empty = await fixture.call('dismissDeadLetters', { body: {} });
    expect(empty).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
  });
});

describe('reruns and forks', () => {
  test('start in the middle, with another input and in another version', async () => {
    const nodes = [post('one'), post('two'), post('three')];
    const workflowId = await fixture.createWorkflow(chain(nodes));
    const first = await run(workflowId);
    other.requests.length = 0;
    const params = { executionId: first.id };
    const input = { n: 7 };
    const rerun = await follow(
      await fixture.call('rerunExecution', { params, body: { from: 'two', input } }),
    );
    expect(rerun).toMatchObject({
      status: 'succeeded',
      mode: 'rerun',
      retryOf: first.id,
      origin: { kind: 'rerun', step: 'two' },
    });
    expect(paths()).toEqual(['two', 'three']);
    expect(JSON.parse(requests()[0]!.body.toString())).toEqual(input);
    expect(rerun.steps.map(({ path, reused }) => [path, reused])).toEqual([
      ['start', true],
      ['one', true],
      ['two', false],
      ['three', false],
    ]);

    const edited = chain([...nodes.slice(0, 2), post('four')]);
    await fixture.call('updateWorkflow', { params: { workflowId }, body: { definition: edited } });
    other.requests.length = 0;
    const body = { from: 'two', version: 'draft' };
    const draft = await follow(await fixture.call('rerunExecution', { params, body }));
    expect(draft.versionId).not.toBe(first.versionId);
    expect(paths()).toEqual(['two', 'four']);

    other.requests.length = 0;
    const fork = await follow(await fixture.call('forkExecution', { params, body: { after: 'two' } }));
    expect(fork).toMatchObject({ mode: 'fork', origin: { kind: 'fork', step: 'two' } });
    expect(paths()).toEqual(['three']);

    const derived = await fixture.call('listDerivedExecutions', { params });
    expect(derived.body.items.map((item: { id: string }) => item.id)).toEqual([rerun.id, draft.id, fork.id]);
    expect(await listActions(first.id)).toEqual(['execution-forked', 'execution-rerun', 'execution-rerun']);
  });

  test('are new effects, and a retry is the same one', async () => {
    refused.add('/pay');
    const workflowId = await fixture.createWorkflow(chain([post('pay')]));
    const failed = await run(workflowId);
    const params = { executionId: failed.id };
    await follow(await fixture.call('retryExecution', { params }));
    await follow(await fixture.call('rerunExecution', { params, body: { from: 'pay' } }));
    const [original, retried, rerun] = keys('pay');
    expect(original).toEqual(expect.any(String));
    expect(retried).toBe(original);
    expect(rerun).not.toBe(original);
  });

  test('asked for twice under one key are made once; what cannot be is refused with the reason', async () => {
    const workflowId = await fixture.createWorkflow(chain([post('one')]));
    const { id: executionId } = await run(workflowId);
    const params = { executionId };
    const headers = { 'idempotency-key': 'rerun-once' };
    const [first, second] = await Promise.all(
      [1, 2].map(() => fixture.call('rerunExecution', { params, body: { from: 'one' }, headers })),
    );
    const ids = [first, second].filter((one) => one!.status === 202).map((one) => one!.body.executionId);
    expect(new Set(ids).size).toBe(1);
    const unknown = await fixture.call('rerunExecution', { params, body: { from: 'gone' } });
    expect(unknown).toMatchObject({ status: 422, body: { code: 'STEP_UNKNOWN' } });
    const unpublished = await fixture.call('forkExecution', { params, body: { version: 'published' } });
    expect(unpublished).toMatchObject({ status: 409, body: { code: 'WORKFLOW_NOT_PUBLISHED' } });
  });
});

describe('an error workflow', () => {
  test('gets what failed with a link to it, once, and never the data', async () => {
    const handler = await fixture.createWorkflow({
      nodes: [{ id: 'error', name: 'On error', type: 'error-trigger' }, post('alert')],
      edges: [{ from: 'error', to: 'alert' }],
    });
    await fixture.call('publishWorkflow', { params: { workflowId: handler }, body: {} });
    refused.add('/pay');
    const workflowId = await fixture.createWorkflow(chain([post('pay')], { errorWorkflow: handler }));
    const failed = await run(workflowId, { secret: 'canary-value' });
    await waitFor(() => paths().includes('alert'), { ...patience, what: 'the alert' });
    const alert = requests().find((request) => nameOf(request) === 'alert')!;
    expect(JSON.parse(alert.body.toString())).toMatchObject({
      error: { code: failed.error!.code, step: 'pay', node: { name: 'pay', type: 'http-request' } },
      execution: { id: failed.id, url: `${fixture.url}/executions/${failed.id}`, mode: 'api' },
      workflow: { id: workflowId, name: 'Test', versionId: failed.versionId },
      lastInput: { counts: { main: 1 }, items: null },
    });
    expect(alert.body.toString()).not.toContain('canary-value');
    const derived = await fixture.call('listDerivedExecutions', { params: { executionId: failed.id } });
    expect(derived.body.items).toMatchObject([{ mode: 'error', workflowId: handler, retryOf: failed.id }]);
  });
});

describe('a compensation', () => {
  const trip = (last: object) =>
    ({
      nodes: [
        start,
        post('book', { compensate: ['unbook'] }),
        post('charge', { compensate: ['refund'] }),
        last,
        post('unbook'),
        post('refund'),
      ],
      edges: [
        { from: 'start', to: 'book' },
        { from: 'book', to: 'charge' },
        { from: 'charge', to: (last as { id: string }).id },
      ],
    }) as WorkflowDefinitionInput;

  async function readCompensation(executionId: string): Promise<ExecutionDetail> {
    const derived = await waitFor(
      async () => {
        const { body } = await fixture.call('listDerivedExecutions', { params: { executionId } });
        return body.items.find((item: { mode: string }) => item.mode === 'compensation');
      },
      { ...patience, what: 'the compensation' },
    );
    return untilEnded(derived.id);
  }

  test('undoes the steps of a failed execution, last first', async () => {
    refused.add('/ship');
    const workflowId = await fixture.createWorkflow(trip(post('ship')));
    const failed = await run(workflowId);
    const compensation = await readCompensation(failed.id);
    expect(compensation).toMatchObject({ status: 'succeeded', origin: { kind: 'compensation' } });
    expect(paths()).toEqual(['book', 'charge', 'ship', 'refund', 'unbook']);
    expect(compensation.steps.map(({ path, nodeName, status }) => [path, nodeName, status])).toEqual([
      ['start', 'Start', 'succeeded'],
      ['refund~1', 'refund (charge)', 'succeeded'],
      ['unbook~2', 'unbook (book)', 'succeeded'],
    ]);
    const refund = JSON.parse(requests()[3]!.body.toString());
    expect(refund).toMatchObject({ path: '/charge' });
  });

  test('follows the cancellation of an execution that waits', async () => {
    const wait = {
      id: 'wait',
      name: 'Wait',
      type: 'wait',
      parameters: { mode: 'interval', amount: 1, unit: 'hours' },
    };
    const workflowId = await fixture.createWorkflow(trip(wait));
    const started = await fixture.call('runWorkflow', { params: { workflowId }, body: { input: {} } });
    const params = { executionId: started.body.executionId };
    await waitFor(async () => (await fixture.call('getExecution', { params })).body.status === 'waiting', {
      ...patience,
      what: 'the execution to wait',
    });
    expect((await fixture.call('cancelExecution', { params })).status).toBe(202);
    expect(await readCompensation(params.executionId)).toMatchObject({ status: 'succeeded' });
    expect(paths()).toEqual(['book', 'charge', 'refund', 'unbook']);
  });

  test('that fails is a dead letter, and goes on where it failed when it is retried', async () => {
    for (const path of ['/ship', '/refund']) refused.add(path);
    const workflowId = await fixture.createWorkflow(trip(post('ship')));
    const failed = await run(workflowId);
    const compensation = await readCompensation(failed.id);
    expect(compensation).toMatchObject({
      status: 'failed',
      deadLetter: 'open',
      error: { code: 'COMPENSATION_INCOMPLETE' },
    });
    const early = await fixture.call('retryExecution', { params: { executionId: failed.id } });
    expect(early).toMatchObject({ status: 409, body: { code: 'EXECUTION_COMPENSATING' } });
    refused.delete('/refund');
    const again = await fixture.call('retryExecution', { params: { executionId: compensation.id } });
    expect(await follow(again)).toMatchObject({ status: 'succeeded', mode: 'compensation' });
    expect(paths().filter((path) => path === 'unbook')).toHaveLength(1);
    expect(new Set(keys('refund')).size).toBe(1);
    refused.clear();
    const retried = await follow(
      await fixture.call('retryExecution', { params: { executionId: failed.id } }),
    );
    expect(retried.status).toBe('succeeded');
    expect(new Set(keys('charge')).size).toBe(2);
  });
});

describe('a replay', () => {
  async function replay(
    workflowId: string,
    body: object = {},
  ): Promise<{ replay: Replay; results: ExecutionReplay[] }> {
    const created = await fixture.call('createReplay', { params: { workflowId }, body });
    expect(created).toMatchObject({ status: 202 });
    const params = { replayId: created.body.id };
    const ended = await waitFor(
      async () => {
        const { body: now } = await fixture.call('getReplay', { params });
        return now.status !== 'running' && (now as Replay);
      },
      { ...patience, what: 'the replay to end' },
    );
    const { body: page } = await fixture.call('listReplayResults', { params });
    return { replay: ended, results: page.items };
  }

  const total = (expression: string) => ({
    id: 'total',
    name: 'Total',
    type: 'set-fields',
    parameters: { fields: [{ name: 'total', type: 'number', value: expression }] },
  });

  test('shows per execution what an edited draft would change, without calling anybody', async () => {
    const workflowId = await fixture.createWorkflow(chain([post('order'), total('{{ $json.got.n * 2 }}')]));
    const ids = [];
    for (const n of [1, 2]) ids.unshift((await run(workflowId, { n })).id);
    const edited = chain([post('order'), total('{{ $json.got.n === 1 ? 2 : 5 }}')]);
    await fixture.call('updateWorkflow', { params: { workflowId }, body: { definition: edited } });
    const calls = requests().length;
    const { replay: ended, results } = await replay(workflowId);
    expect(requests()).toHaveLength(calls);
    expect(ended).toMatchObject({
      against: 'draft',
      status: 'finished',
      total: 2,
      done: 2,
      counts: { same: 1, changed: 1, incomplete: 0, 'not-replayed': 0 },
      reason: null,
    });
    expect(results.map(({ executionId, outcome }) => [executionId, outcome])).toEqual([
      [ids[0], 'changed'],
      [ids[1], 'same'],
    ]);
    expect(results[0]!.changes).toMatchObject([
      {
        path: 'total',
        nodeName: 'Total',
        kind: 'changed-output',
        differences: [{ path: '/main/0/json/total', before: '4', after: '5' }],
      },
    ]);
    const filtered = await fixture.call('listReplayResults', {
      params: { replayId: ended.id },
      query: '?outcome=same',
    });
    expect(filtered.body.items).toHaveLength(1);
    const listed = await fixture.call('listReplays', { params: { workflowId } });
    expect(listed.body.items.map((item: Replay) => item.id)).toEqual([ended.id]);
    expect((await listActionsOfWorkflow(workflowId)).includes('replay-started')).toBe(true);
  });

  test('reports a new effect and executes it not; files that steps write stay in it', async () => {
    const file = {
      id: 'file',
      name: 'File',
      type: 'csv',
      parameters: { operation: 'stringify', fileName: 'orders.csv' },
    };
    const workflowId = await fixture.createWorkflow(chain([post('order'), file]));
    const recorded = await run(workflowId);
    expect(recorded.status).toBe('succeeded');
    const edited = chain([post('order'), file, post('extra')]);
    await fixture.call('updateWorkflow', { params: { workflowId }, body: { definition: edited } });
    const [calls, files] = [requests().length, (await fixture.call('listArtifacts')).body.items.length];
    const { results } = await replay(workflowId, { executionIds: [recorded.id] });
    expect(results).toMatchObject([
      {
        outcome: 'incomplete',
        replayedStatus: null,
        changes: [{ path: 'extra', kind: 'new-effect' }],
        drifted: [],
      },
    ]);
    expect([requests().length, (await fixture.call('listArtifacts')).body.items.length]).toEqual([
      calls,
      files,
    ]);
  });

  test('works against a named version, and refuses what it cannot do', async () => {
    const workflowId = await fixture.createWorkflow(chain([post('order')]));
    const empty = await fixture.call('createReplay', { params: { workflowId }, body: {} });
    expect(empty).toMatchObject({ status: 409, body: { code: 'REPLAY_EMPTY' } });
    const recorded = await run(workflowId);
    const { replay: ended } = await replay(workflowId, { against: recorded.versionId });
    expect(ended).toMatchObject({ against: 'version', versionId: recorded.versionId, counts: { same: 1 } });
    const published = await fixture.call('createReplay', {
      params: { workflowId },
      body: { against: 'published' },
    });
    expect(published).toMatchObject({ status: 409, body: { code: 'WORKFLOW_NOT_PUBLISHED' } });
    const elsewhere = await fixture.createWorkflow(chain([post('order')]));
    const foreign = await fixture.call('createReplay', {
      params: { workflowId: elsewhere },
      body: { executionIds: [recorded.id] },
    });
    expect(foreign).toMatchObject({ status: 404, body: { code: 'EXECUTION_NOT_FOUND' } });
  });

  async function listActionsOfWorkflow(workflowId: string): Promise<string[]> {
    const { body } = await fixture.call('listAudit', { query: '?limit=200' });
    return body.items
      .filter((entry: { resourceId: string }) => entry.resourceId === workflowId)
      .map((entry: { action: string }) => entry.action);
  }
});
