/** Above debug, the log never holds what workflows work on: canary values go in everywhere and must not come out. */
import { type WorkflowDefinitionInput, workflowDefinitionSchema } from '@navette/contracts';
import { Engine } from '@navette/engine';
import { createUuid, encodeId, systemClock } from '@navette/kit';
import { defineNode, NodeRegistry } from '@navette/node-sdk';
import { builtinNodes } from '@navette/nodes';
import { openDatabase, PostgresExecutionStore, registerWorker } from '@navette/store';
import { createTestDatabase, waitFor } from '@navette/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';
import { createLogger } from './create-logger.ts';

const canary = 'canary-5e0d1c';
const patience = { timeoutMs: 20_000 };

let fixture: ServerFixture;
beforeAll(async () => {
  fixture = await openServerFixture();
});
afterAll(() => fixture?.close());

const words = { en: 'x', fr: 'x' };
/** The message of its error repeats the item. */
const breakingNode = defineNode({
  type: 'breaking',
  version: 1,
  group: 'flow',
  icon: 'bolt',
  name: words,
  description: words,
  docs: words,
  parameters: z.strictObject({}),
  effect: 'effect',
  examples: [],
  execute: (ctx) => JSON.parse(JSON.stringify(ctx.items[0]!.json).slice(1)),
});

/** The lines that a server logs with its default settings. */
function listInfoLines(): string[] {
  return fixture.logs.filter((line) => JSON.parse(line).level !== 'debug');
}

test('items, parameters, secrets, headers and answers stay out, whether work succeeds or fails', async () => {
  const credential = await fixture.call('createCredential', {
    body: { name: 'API', type: 'http-bearer', data: { token: `${canary}-secret` } },
  });
  const definition: WorkflowDefinitionInput = {
    nodes: [
      {
        id: 'hook',
        name: 'Hook',
        type: 'webhook-trigger',
        parameters: { path: 'canary', respond: 'finished' },
      },
      {
        id: 'expression',
        name: 'Expression',
        type: 'set-fields',
        parameters: {
          fields: [{ name: 'x', type: 'string', value: '={{ $json.body.text.nothing.there }}' }],
        },
        settings: { onError: 'continue' },
      },
      {
        id: 'call',
        name: 'Call',
        type: 'http-request',
        parameters: { url: `https://127.0.0.1:9/${canary}` },
        credentials: { auth: { id: credential.body.id } },
        settings: { onError: 'continue' },
      },
      {
        id: 'stop',
        name: 'Stop',
        type: 'stop-with-error',
        parameters: { message: '={{ $json.error.message }} {{ $("Hook").first().json.body.text }}' },
      },
    ],
    edges: [
      { from: 'hook', to: 'expression' },
      { from: 'expression', to: 'call' },
      { from: 'call', to: 'stop' },
    ],
  };
  const workflowId = await fixture.createWorkflow(definition, canary);
  const published = await fixture.call('publishWorkflow', { params: { workflowId }, body: {} });
  expect(published.status, JSON.stringify(published.body)).toBe(200);
  const answer = await fixture.request('/webhook/canary?token=canary-5e0d1c', {
    method: 'POST',
    key: null,
    headers: { cookie: `session=${canary}`, 'x-token': canary },
    body: { text: canary },
  });
  expect(answer.body.executionId).toMatch(/^exe_/);
  await waitFor(async () => {
    const read = await fixture.call('getExecution', { params: { executionId: answer.body.executionId } });
    return read.body.status === 'failed';
  }, patience);
  await fixture.call('runWorkflow', {
    params: { workflowId },
    body: { input: { [canary]: 'x'.repeat(10) } },
  });
  await fixture.call('createWorkflow', { body: `{"name": "${canary}", nonsense` });
  const lines = listInfoLines();
  const refused = lines.map((line) => JSON.parse(line)).find((line) => line.code === 'HTTP_BLOCKED_ADDRESS');
  expect(refused).toMatchObject({ level: 'warn', executionId: answer.body.executionId, path: 'call' });
  expect(lines.join('')).not.toContain(canary);
});

test('a node that breaks is logged with its execution, workflow and step, and without the item it broke on', async () => {
  await using testDatabase = await createTestDatabase();
  const database = await openDatabase({ connectionString: testDatabase.connectionString });
  const lines: string[] = [];
  const destination = { write: (line: string) => lines.push(line) };
  const logger = await createLogger({ level: 'info', pretty: false, destination });
  const nodeTypes = new NodeRegistry([...builtinNodes, breakingNode]);
  const store = new PostgresExecutionStore({ database, logger, listener: { committed() {} } });
  const workerId = createUuid();
  await registerWorker(database.pool, { id: workerId, instance: 'x', version: 'x', pid: 1, host: 'x' });
  const projectId = createUuid();
  const definition = workflowDefinitionSchema.parse({
    nodes: [
      { id: 'start', name: 'Start', type: 'manual-trigger' },
      { id: 'work', name: 'Work', type: 'breaking' },
    ],
    edges: [{ from: 'start', to: 'work' }],
  });
  const version = {
    versionId: createUuid(),
    workflowId: createUuid(),
    projectId,
    workflowName: 'x',
    definition,
  };
  const refuse = () => {
    throw new Error('Not in this test');
  };
  const engine = new Engine(
    {
      maxActive: 1,
      deps: {
        store,
        versions: { read: async () => version, readPublished: async () => undefined },
        nodeTypes,
        credentials: { read: async () => undefined },
        stepPorts: { http: refuse, artifacts: refuse },
        dispatcher: { enqueue() {} },
        clock: systemClock,
        random: Math.random,
        uuid: () => createUuid(),
        logger,
      },
    },
    workerId,
  );
  const items = [{ json: { text: canary } }];
  const ended = await engine.startAndAwait(
    { projectId, version, triggerNodeId: 'start', items, mode: 'api' },
    { until: 'finished' },
  );
  expect(ended.status).toBe('failed');
  await engine.drain(5_000);
  await store.close();
  await database.close();
  const failure = lines
    .map((line) => JSON.parse(line))
    .find((line) => line.msg === 'A node failed unexpectedly');
  expect(failure).toMatchObject({
    level: 'error',
    executionId: encodeId('execution', ended.executionId),
    workflowId: encodeId('workflow', version.workflowId),
    path: 'work',
    nodeType: 'breaking',
    stepError: { name: 'SyntaxError' },
  });
  expect(lines.join('')).not.toContain(canary);
});
