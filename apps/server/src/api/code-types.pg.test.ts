/** The types of the names that a code step has, from what the nodes before it gave. */
import type { WorkflowDefinitionInput } from '@navette/contracts';
import { waitFor } from '@navette/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

let fixture: ServerFixture;
beforeAll(async () => {
  fixture = await openServerFixture();
});
afterAll(() => fixture?.close());

const definition: WorkflowDefinitionInput = {
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    { id: 'split', name: 'Split', type: 'split-out', parameters: { fields: [{ field: 'orders' }] } },
    { id: 'tell', name: 'Tell', type: 'code', parameters: { mode: 'each', source: 'return $json;' } },
    { id: 'apart', name: 'Apart', type: 'no-op' },
  ],
  edges: [
    { from: 'start', to: 'split' },
    { from: 'split', to: 'tell' },
    { from: 'start', to: 'apart' },
  ],
};

const readTypes = (workflowId: string, nodeId = 'tell', key?: string) =>
  fixture.call('getNodeTypes', { params: { workflowId, nodeId }, ...(key ? { key } : {}) });

async function run(workflowId: string, input: object): Promise<string> {
  const started = await fixture.call('runWorkflow', { params: { workflowId }, body: { input } });
  const { executionId } = started.body;
  await waitFor(
    async () => (await fixture.call('getExecution', { params: { executionId } })).body.status === 'succeeded',
    { timeoutMs: 20_000, what: `${executionId} to end` },
  );
  return executionId;
}

/** On one line. */
const flat = (declarations: string) => declarations.replace(/\s+/g, ' ');

test('nothing is known before the first execution; then the shapes are those of the latest', async () => {
  const workflowId = await fixture.createWorkflow(definition);
  const before = await readTypes(workflowId);
  expect(before.status, JSON.stringify(before.body)).toBe(200);
  expect(before.body.executionIds).toEqual([]);
  expect(flat(before.body.declarations)).toContain('type NavetteInput = { [name: string]: any };');

  const orders = [{ id: 1, note: 'x' }, { id: 2 }];
  const executionId = await run(workflowId, { orders, '*/ declare const broken: 1': true });
  const { body } = await readTypes(workflowId);
  expect(body.executionIds).toEqual([executionId]);
  const text = flat(body.declarations);
  expect(text).toContain('type NavetteInput = { id: number; note?: string; };');
  expect(text).toContain('declare function $(name: "Split"): NavetteNode<');
  expect(text).toContain('declare function $(name: "Start"): NavetteNode<');
  expect(text).toContain('"*\\/ declare const broken: 1": boolean;');
  expect(text).not.toContain('*/ declare const broken');
  // It does not lead to the step.
  expect(text).not.toContain('"Apart"');
  expect(text).toContain('declare const item: NavetteItem<NavetteInput>;');
  expect(text).not.toContain('function http(');
});

test('a value that has left the journal is known by its beginning', async () => {
  const workflowId = await fixture.createWorkflow(definition);
  const orders = Array.from({ length: 2_000 }, (_, id) => ({ id, text: `order ${id} `.repeat(10) }));
  await run(workflowId, { orders });
  const { body } = await readTypes(workflowId);
  expect(flat(body.declarations)).toContain('type NavetteInput = { id: number; text: string; };');
});

test('pinned data are taken as they are', async () => {
  const pinned = [{ json: { city: 'Lyon' } }];
  const nodes = definition.nodes.map((node) => (node.id === 'split' ? { ...node, pinned } : node));
  const workflowId = await fixture.createWorkflow({ ...definition, nodes });
  const { body } = await readTypes(workflowId);
  expect(flat(body.declarations)).toContain('type NavetteInput = { city: string; };');
});

test('whoever may not read executions learns nothing of them, and a stranger nothing at all', async () => {
  const workflowId = await fixture.createWorkflow(definition);
  await run(workflowId, { orders: [{ secretField: 1 }] });
  const key = await fixture.createKey(['workflows:read']);
  const { body, status } = await readTypes(workflowId, 'tell', key);
  expect(status).toBe(200);
  expect(body.executionIds).toEqual([]);
  expect(body.declarations).not.toContain('secretField');
  expect((await readTypes(workflowId, 'tell', fixture.strangerKey)).status).toBe(404);
});

test('a node that is not there is named', async () => {
  const workflowId = await fixture.createWorkflow(definition);
  const { body, status } = await readTypes(workflowId, 'nobody');
  expect(status).toBe(404);
  expect(body.code).toBe('NODE_NOT_FOUND');
});
