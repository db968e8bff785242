/** Code that cannot be read: drafts keep it, with its places; it is not published. */
import type { WorkflowDefinitionInput } from '@navette/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

let fixture: ServerFixture;
beforeAll(async () => {
  fixture = await openServerFixture();
});
afterAll(() => fixture?.close());

const define = (source: string): WorkflowDefinitionInput => ({
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    { id: 'code', name: 'Code', type: 'code', parameters: { source } },
  ],
  edges: [{ from: 'start', to: 'code' }],
});
const broken = 'const a = 1;\nconst b = ;\nreturn [];';
const issue = {
  nodeId: 'code',
  path: '/nodes/1/parameters/source',
  severity: 'error',
  code: 'SANDBOX_SYNTAX',
  message: expect.stringContaining('line 2'),
  help: expect.any(String),
  line: 2,
  column: expect.any(Number),
};

test('a draft is saved with it, and the answer says where it is', async () => {
  const body = { name: 'Broken', definition: define(broken) };
  const created = await fixture.call('createWorkflow', { body });
  expect(created.status).toBe(201);
  expect(created.body.codeIssues).toEqual([issue]);
  const params = { workflowId: created.body.id };

  const refused = await fixture.call('publishWorkflow', { params, body: {} });
  expect(refused.status).toBe(422);
  expect(refused.body).toMatchObject({
    code: 'WORKFLOW_INVALID',
    issues: [
      {
        path: '/body/definition/nodes/1/parameters/source',
        nodeId: 'code',
        line: 2,
        message: expect.stringContaining('line 2'),
      },
    ],
  });
  expect((await fixture.call('getWorkflow', { params })).body.published).toBe(false);

  const mended = await fixture.call('updateWorkflow', { params, body: { definition: define('return [];') } });
  expect(mended.body.codeIssues).toEqual([]);
  expect((await fixture.call('publishWorkflow', { params, body: {} })).body.published).toBe(true);

  const renamed = await fixture.call('updateWorkflow', { params, body: { name: 'Mended' } });
  expect(renamed.body.codeIssues).toBeUndefined();
});

test('a definition is checked without being saved: it may be saved, and not published', async () => {
  const { body } = await fixture.call('validateWorkflow', { body: define(broken) });
  expect(body).toEqual({ valid: true, issues: [], codeIssues: [issue] });
});

test('an import that it may not have says what to use instead', async () => {
  const { body } = await fixture.call('validateWorkflow', {
    body: define("import axios from 'axios';\nreturn [];"),
  });
  expect(body.codeIssues[0]).toMatchObject({ code: 'CODE_IMPORT_UNKNOWN', line: 1, column: 1 });
  expect(body.codeIssues[0].help).toContain('http(…)');
});
