/** Programs over the API, in the real sandbox: retry, rerun, fork and replay; files from call to call; answers to webhooks. */
import type { Step, WorkflowDefinitionInput } from '@navette/contracts';
import { type FixtureServer, startFixtureServer, waitFor } from '@navette/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

let other: FixtureServer;
let fixture: ServerFixture;
let isDown = false;

beforeAll(async () => {
  other = await startFixtureServer(({ path, number }, response) => {
    if (path === '/ship' && isDown) response.statusCode = 503;
    if (path === '/file') {
      response.setHeader('content-type', 'text/csv');
      response.setHeader('content-disposition', 'attachment; filename="a.csv"');
      return 'id,total\n1,5\n2,7\n';
    }
    return { path, number };
  });
  fixture = await openServerFixture({
    NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: '127.0.0.1',
    NAVETTE_CODE_ALLOWED_HOSTS: '127.0.0.1',
  });
});
afterAll(async () => {
  await fixture?.close();
  await other?.close();
});

const definitionOf = (body: string, trigger: object = {}): WorkflowDefinitionInput =>
  ({
    nodes: [
      { id: 'start', name: 'Start', type: 'manual-trigger', ...trigger },
      {
        id: 'p',
        name: 'Program',
        type: 'program',
        parameters: {
          language: 'typescript',
          allowedHosts: ['127.0.0.1'],
          source: `export default async function (ctx, input) {\n${body}\n}`,
        },
      },
    ],
    edges: [{ from: 'start', to: 'p' }],
  }) as WorkflowDefinitionInput;

async function finish(executionId: string) {
  const read = async () => (await fixture.call('getExecution', { params: { executionId } })).body;
  await waitFor(async () => ['succeeded', 'failed', 'cancelled'].includes((await read()).status), {
    timeoutMs: 60_000,
    what: `${executionId} to end`,
  });
  return read();
}

async function run(workflowId: string) {
  const body = { input: { url: other.url } };
  const started = await fixture.call('runWorkflow', { params: { workflowId }, body });
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  return finish(started.body.executionId);
}

async function derive(
  id: 'retryExecution' | 'rerunExecution' | 'forkExecution',
  executionId: string,
  body?: object,
) {
  const answer = await fixture.call(id, { params: { executionId }, ...(body ? { body } : {}) });
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return finish(answer.body.executionId);
}

const readData = async (executionId: string, path: string) =>
  (await fixture.call('getStepData', { params: { executionId, path } })).body;
const reused = ({ steps }: { steps: Step[] }) => steps.filter((step) => step.reused).map(({ path }) => path);
const paths = () => other.requests.splice(0).map(({ path }) => path);

const order = `
  const id = ctx.uuid();
  const charge = await ctx.http({ method: 'POST', url: input.url + '/charge', bodyKind: 'json', jsonBody: { id, at: ctx.now() } }, { name: 'charge' });
  await ctx.sleep(50);
  const ship = await ctx.http({ method: 'POST', url: input.url + '/ship' }, { name: 'ship' });
  return { id, charge: charge.number > 0, ship: ship.path };`;

describe('an execution of a program', () => {
  test('is retried from the failed call, run again from a call, and forked after one', async () => {
    paths();
    isDown = true;
    const workflowId = await fixture.createWorkflow(definitionOf(order));
    const failed = await run(workflowId);
    expect(failed).toMatchObject({ status: 'failed', error: { nodeId: 'p' } });
    expect(paths()).toEqual(['/charge', '/ship']);
    isDown = false;
    const retried = await derive('retryExecution', failed.id);
    expect(retried.status, JSON.stringify(retried.error)).toBe('succeeded');
    expect(paths()).toEqual(['/ship']);
    expect(reused(retried)).toEqual(expect.arrayContaining(['p/@charge', 'p/@sleep']));
    const rerun = await derive('rerunExecution', retried.id, { from: 'p/@ship' });
    expect(rerun.status, JSON.stringify(rerun.error)).toBe('succeeded');
    expect(paths()).toEqual(['/ship']);
    const forked = await derive('forkExecution', retried.id, { after: 'p/@charge' });
    expect(forked.status, JSON.stringify(forked.error)).toBe('succeeded');
    expect(paths()).toEqual(['/ship']);
    const outputs = await Promise.all([retried, rerun, forked].map(({ id }) => readData(id, 'p')));
    expect(new Set(outputs.map((data) => JSON.stringify(data.outputs.main[0].json))).size).toBe(1);
    const withInput = await fixture.call('rerunExecution', {
      params: { executionId: retried.id },
      body: { from: 'p/@ship', input: [{}] },
    });
    expect(withInput).toMatchObject({ status: 422, body: { code: 'PROGRAM_CALL_INPUT' } });
  }, 120_000);

  test('is replayed against an edited program, and nothing leaves', async () => {
    const workflowId = await fixture.createWorkflow(definitionOf(order));
    expect((await run(workflowId)).status).toBe('succeeded');
    paths();
    const replay = async (body: string) => {
      const definition = definitionOf(body);
      const { headers } = await fixture.call('getWorkflow', { params: { workflowId } });
      const saved = await fixture.call('updateWorkflow', {
        params: { workflowId },
        headers: { 'if-match': headers.get('etag') ?? '*' },
        body: { definition },
      });
      expect(saved.status, JSON.stringify(saved.body)).toBe(200);
      const created = await fixture.call('createReplay', { params: { workflowId }, body: {} });
      expect(created.status, JSON.stringify(created.body)).toBe(202);
      const params = { replayId: created.body.id };
      const read = async () => (await fixture.call('getReplay', { params })).body;
      await waitFor(async () => (await read()).status === 'finished', {
        timeoutMs: 60_000,
        what: 'the replay',
      });
      const { body: found } = await fixture.call('listReplayResults', { params });
      return found.items[0];
    };
    expect(await replay(order)).toMatchObject({ outcome: 'same', changes: [], drifted: [] });
    const changed = await replay(order.replace('at: ctx.now()', 'at: 0').replace('ship.path', '"gone"'));
    expect(changed.outcome).toBe('changed');
    expect(
      changed.changes.map(({ kind, path }: { kind: string; path: string }) => `${kind} ${path}`),
    ).toEqual(['changed-request p/@charge', 'changed-output p']);
    expect(changed.changes[0].differences).toMatchObject([{ path: '/parameters/jsonBody/at', after: '0' }]);
    const incomplete = await replay(order.replace("name: 'ship'", "name: 'deliver'"));
    expect(incomplete).toMatchObject({ outcome: 'incomplete' });
    expect(incomplete.changes[0]).toMatchObject({
      kind: 'new-effect',
      path: 'p/@deliver',
      nodeName: 'deliver',
    });
    expect(paths()).toEqual([]);
  }, 120_000);
});

test('a program that imports is told what to use instead, when it runs as well', async () => {
  const workflowId = await fixture.createWorkflow(
    definitionOf("return (await import('ax' + 'ios')).default;"),
  );
  const { error } = await run(workflowId);
  expect(error).toMatchObject({
    code: 'PROGRAM_IMPORT_FORBIDDEN',
    message: expect.stringContaining('"axios"'),
    help: expect.stringContaining('Use ctx.http'),
  });
});

test('a file goes from call to call by its handle, and is read by a call with a limit', async () => {
  const workflowId = await fixture.createWorkflow(
    definitionOf(`
      const answer = await ctx.http({ url: input.url + '/file', responseFormat: 'binary' });
      const { data } = ctx.files(answer);
      const rows = await ctx.run('csv', { operation: 'parse', source: 'file' }, { items: [{ json: {}, binary: { data } }] });
      const text = await ctx.readFile(data, { maxBytes: 100 });
      const refused = await ctx.readFile(data, { maxBytes: 3 }).catch((error) => error.message);
      const other = await ctx.readFile({ ...data, artifactId: 'art_' + '0'.repeat(32) }).catch((error) => error.code);
      await ctx.sleep(20);
      return { json: { rows, text, refused, other, handle: Object.keys(data).sort() }, binary: { kept: data } };`),
  );
  const execution = await run(workflowId);
  expect(execution.status, JSON.stringify(execution.error)).toBe('succeeded');
  const [item] = (await readData(execution.id, 'p')).outputs.main;
  expect(item.json).toMatchObject({
    rows: [{ total: expect.anything() }, { total: expect.anything() }],
    text: 'id,total\n1,5\n2,7\n',
    refused: 'The file has 17 bytes, and maxBytes is 3',
    other: 'PROGRAM_CALL_INVALID',
    handle: ['artifactId', 'fileName', 'mediaType', 'sha256', 'sizeBytes'],
  });
  expect(item.binary.kept).toMatchObject({ fileName: 'a.csv', sizeBytes: 17 });
  const { pool } = fixture.server.database;
  const { rows } = await pool.query(
    'SELECT count(*)::int AS count FROM artifacts WHERE execution_id IS NOT NULL',
  );
  expect(rows[0].count).toBeGreaterThan(0);
}, 120_000);

test('a call may answer the webhook that started the execution', async () => {
  const trigger = { type: 'webhook-trigger', parameters: { path: 'program', respond: 'node' } };
  const workflowId = await fixture.createWorkflow(
    definitionOf(
      `await ctx.run('respond-to-webhook', { respondWith: 'first-item', status: 201 }, { items: [{ said: 'yes' }] });`,
      trigger,
    ),
  );
  const published = await fixture.call('publishWorkflow', { params: { workflowId }, body: {} });
  expect(published.status, JSON.stringify(published.body)).toBe(200);
  const answer = await fixture.request('/webhook/program', { method: 'POST', key: null, body: {} });
  expect(answer).toMatchObject({ status: 201, body: { said: 'yes' } });
}, 120_000);

describe('a call of a node that means nothing in a program', () => {
  const body = `try { await ctx.run('for-each', {}); } catch (error) { return { message: error.message }; }`;

  test('fails where it runs, and says what to write', async () => {
    const execution = await run(
      await fixture.createWorkflow(definitionOf(body.replace("'for-each'", '"for" + "-each"'))),
    );
    expect(execution.status, JSON.stringify(execution.error)).toBe('succeeded');
    const { outputs } = await readData(execution.id, 'p');
    expect(outputs.main[0].json.message).toContain('in a program, write a loop, for (const item of items)');
  });

  test('is refused when it is published', async () => {
    const workflowId = await fixture.createWorkflow(definitionOf(body));
    const published = await fixture.call('publishWorkflow', { params: { workflowId }, body: {} });
    expect(published.status).toBe(422);
    expect(JSON.stringify(published.body)).toContain('write a loop, for (const item of items)');
  });
});
