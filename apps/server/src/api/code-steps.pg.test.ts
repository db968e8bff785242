/** Code steps over HTTP: the real engine and store, code in real runner processes. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CodeEngineView, Step, WorkflowDefinitionInput } from '@navette/contracts';
import { waitFor } from '@navette/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

let fixture: ServerFixture;
let outside: Server;
let port: number;
const seen: string[] = [];

beforeAll(async () => {
  outside = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.end('hello');
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  port = (outside.address() as AddressInfo).port;
  fixture = await openServerFixture({
    NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: '127.0.0.1',
    NAVETTE_CODE_ALLOWED_HOSTS: '127.0.0.1',
    NAVETTE_CODE_ALLOW_WITHOUT_JAIL: 'true',
  });
});
afterAll(async () => {
  await fixture?.close();
  outside.close();
});

function createChain(
  ...steps: [name: string, parameters: Record<string, unknown>][]
): WorkflowDefinitionInput {
  const nodes = steps.map(([name, parameters]) => ({
    id: name.toLowerCase(),
    name,
    type: 'code',
    parameters,
  }));
  const all = [{ id: 'start', name: 'Start', type: 'manual-trigger' }, ...nodes];
  return {
    nodes: all as WorkflowDefinitionInput['nodes'],
    edges: nodes.map(({ id }, index) => ({ from: all[index]!.id, to: id })),
  };
}

async function start(definition: WorkflowDefinitionInput, input: object): Promise<string> {
  const workflowId = await fixture.createWorkflow(definition);
  const answer = await fixture.call('runWorkflow', { params: { workflowId }, body: { input } });
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return answer.body.executionId;
}

async function finish(executionId: string) {
  const read = async () => (await fixture.call('getExecution', { params: { executionId } })).body;
  await waitFor(async () => ['succeeded', 'failed', 'cancelled'].includes((await read()).status), {
    timeoutMs: 20_000,
    what: `${executionId} to end`,
  });
  return read();
}

async function readItems(executionId: string, path: string) {
  const { body } = await fixture.call('getStepData', { params: { executionId, path } });
  return body.outputs.main;
}

const findStep = (execution: { steps: Step[] }, path: string) =>
  execution.steps.find((step) => step.path === path)!;

test('read earlier steps by name, follow items back, and write to the log of the step', async () => {
  const definition = createChain(
    ['Split', { source: 'return $json.orders.map((order) => ({ json: order }))' }],
    ['Keep', { engine: 'v8', source: 'return $input.all().filter(({ json }) => json.total > 10)' }],
    [
      'Tell',
      {
        language: 'typescript',
        mode: 'each',
        source: [
          "const first: number = $('Split').first().json.id;",
          "console.log('order', $('Split').item.json.id);",
          "const customer = $('Start').item.json.customer;",
          'return { id: $json.id, first, customer, workflow: $workflow.name, prev: $prevNode.name };',
        ].join('\n'),
      },
    ],
  );
  const orders = [
    { id: 1, total: 5 },
    { id: 2, total: 50 },
    { id: 3, total: 20 },
  ];
  const executionId = await start(definition, { customer: 'Ada', orders });
  const execution = await finish(executionId);
  expect(execution.status, JSON.stringify(execution.error)).toBe('succeeded');
  const common = { first: 1, customer: 'Ada', workflow: expect.any(String), prev: 'Keep' };
  expect(await readItems(executionId, 'tell')).toEqual([
    { json: { id: 2, ...common }, pairedItem: { item: 0 } },
    { json: { id: 3, ...common }, pairedItem: { item: 1 } },
  ]);
  expect(findStep(execution, 'tell').logs.map(({ message }) => message)).toEqual(['order 2', 'order 3']);
  expect((await readItems(executionId, 'keep'))[0].pairedItem).toEqual({ item: 1 });
});

test('fail with the line of the code, and what was not sent along is named', async () => {
  const execution = await finish(await start(createChain(['Bad', { source: 'const a = 1;\na.b.c' }]), {}));
  expect(findStep(execution, 'bad').error).toMatchObject({
    code: 'SANDBOX_CODE_THREW',
    message: expect.stringContaining('line 2'),
    nodeName: 'Bad',
  });
  const unknown = "const name = 'Start'; return $(name).all()";
  const other = await finish(await start(createChain(['Bad', { source: unknown }]), {}));
  expect(findStep(other, 'bad').error?.message).toContain('Name the node "Start" as a text in the code');
});

test('reach the hosts that step and server allow, and every request is in the log', async () => {
  const source = [
    `const { status, body } = await http('http://127.0.0.1:${port}/a?token=canary');`,
    `const refused = await http('http://localhost:${port}/').catch((error) => error.code);`,
    'return { status, body, refused };',
  ].join('\n');
  const allowedHosts = ['127.0.0.1', 'localhost'];
  const executionId = await start(createChain(['Call', { source, allowedHosts }]), {});
  const execution = await finish(executionId);
  expect(await readItems(executionId, 'call')).toMatchObject([
    { json: { status: 200, body: 'hello', refused: 'POLICY_HOST_REFUSED' } },
  ]);
  expect(seen).toEqual(['GET /a?token=canary']);
  const logs = findStep(execution, 'call').logs.map(({ message }) => message);
  expect(logs[0]).toBe(`http: GET http://127.0.0.1:${port}/a: 200, 5 bytes`);
  expect(logs[1]).toContain('POLICY_HOST_REFUSED');
  expect(JSON.stringify(logs)).not.toContain('canary');

  const without = await finish(await start(createChain(['Call', { source }]), {}));
  expect(findStep(without, 'call').error?.message).toContain('http');
  expect(seen).toHaveLength(1);
});

test('are computed anew by a replay, without network', async () => {
  const source = "return { sum: $('Start').first().json.a + 1, http: typeof http }";
  const definition = createChain(['Sum', { source }]);
  const workflowId = await fixture.createWorkflow(definition);
  const answer = await fixture.call('runWorkflow', { params: { workflowId }, body: { input: { a: 1 } } });
  expect((await finish(answer.body.executionId)).status).toBe('succeeded');
  const created = await fixture.call('createReplay', { params: { workflowId }, body: {} });
  expect(created.status, JSON.stringify(created.body)).toBe(202);
  const params = { replayId: created.body.id };
  const read = async () => (await fixture.call('getReplay', { params })).body;
  await waitFor(async () => (await read()).status !== 'running', {
    timeoutMs: 20_000,
    what: 'the replay to end',
  });
  const { body } = await fixture.call('listReplayResults', { params });
  expect(body.items).toMatchObject([{ outcome: 'same', replayedStatus: 'succeeded', unknownSteps: 0 }]);
});

test('end at their limit, and at once when the execution is cancelled', async () => {
  const endless = { source: 'for (;;) {}', limits: { seconds: 0.5 } };
  const limited = await finish(await start(createChain(['Loop', endless]), {}));
  expect(findStep(limited, 'loop').error?.code).toMatch(/^SANDBOX_(WALL|CPU)_LIMIT$/);

  const executionId = await start(createChain(['Loop', { source: 'for (;;) {}' }]), {});
  const read = async () => (await fixture.call('getExecution', { params: { executionId } })).body;
  await waitFor(async () => (await read()).status === 'running', { timeoutMs: 5_000, what: 'it to run' });
  await fixture.call('cancelExecution', { params: { executionId } });
  expect((await finish(executionId)).status).toBe('cancelled');
});

test('that ask for what cannot be are refused when the workflow is saved', async () => {
  const definition = createChain(['Bad', { source: '', allowedHosts: ['HTTP://x'] }]);
  const answer = await fixture.call('createWorkflow', { body: { name: 'Bad', definition } });
  expect(answer.status).toBe(422);
  expect(JSON.stringify(answer.body.issues)).toContain('allowedHosts');
});

test('the health says which engines there are', async () => {
  const health = async () => (await fixture.request('/api/v1/health/ready')).body;
  const detailOf = ({ checks }: { checks: { name: string; detail: string }[] }) =>
    checks.find(({ name }) => name === 'code')!.detail;
  await waitFor(async () => detailOf(await health()).includes('QuickJS'), {
    timeoutMs: 15_000,
    what: 'the engines to be looked at',
  });
  expect(detailOf(await health())).toMatch(
    /QuickJS (in the jail|without a jail); V8 (in the jail|without a jail)/,
  );
});

test('the API says of each engine whether a jail holds it, and the log of a step when none does', async () => {
  const items = (await fixture.call('listCodeEngines', {})).body.items as CodeEngineView[];
  expect(items.map(({ engine }) => engine)).toEqual(['quickjs', 'v8', 'python']);
  for (const { available, engine, jail, withoutJail } of items)
    expect(withoutJail, engine).toBe(available && engine !== 'quickjs' && jail === 'none');
  const definition = createChain(['V8', { engine: 'v8', source: 'return []' }]);
  const execution = await finish(await start(definition, {}));
  const isBare = items.find(({ engine }) => engine === 'v8')!.withoutJail;
  expect(findStep(execution, 'v8').logs.map(({ notice }) => notice)).toEqual(isBare ? ['without-jail'] : []);
});
