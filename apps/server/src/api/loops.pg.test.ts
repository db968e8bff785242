/** Loops over HTTP, with the real engine, nodes and store behind. */
import type { Step, WorkflowDefinitionInput } from '@navette/contracts';
import { waitFor } from '@navette/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

let fixture: ServerFixture;
beforeAll(async () => {
  fixture = await openServerFixture();
});
afterAll(() => fixture?.close());

const isThirteen = { left: '{{ $json.n }}', operator: { type: 'number', operation: 'equals' }, right: 13 };

/** Each item goes through "Mark"; number 13 fails as long as the variable node says so. */
const fanOut: WorkflowDefinitionInput = {
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    {
      id: 'each',
      name: 'For each',
      type: 'for-each',
      parameters: { concurrency: 4, onItemError: 'collect' },
    },
    {
      id: 'mark',
      name: 'Mark',
      type: 'set-fields',
      parameters: { fields: [{ name: 'pass', value: '{{ $runIndex }}' }] },
    },
    { id: 'bad', name: 'Bad?', type: 'if', parameters: { conditions: [isThirteen] } },
    { id: 'stop', name: 'Stop', type: 'stop-with-error', parameters: { message: 'Thirteen is bad' } },
    { id: 'end', name: 'End', type: 'no-op' },
  ],
  edges: [
    { from: 'start', to: 'each' },
    { from: 'each', fromPort: 'item', to: 'mark' },
    { from: 'mark', to: 'bad' },
    { from: 'bad', fromPort: 'true', to: 'stop' },
    { from: 'bad', fromPort: 'false', to: 'each' },
    { from: 'each', fromPort: 'done', to: 'end' },
  ],
};

async function run(definition: WorkflowDefinitionInput, input: object) {
  const workflowId = await fixture.createWorkflow(definition);
  const answer = await fixture.call('runWorkflow', { params: { workflowId }, body: { input } });
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return finish(answer.body.executionId);
}

/** Read once more after the end: the steps of the first answer may be those of a moment before. */
async function finish(executionId: string) {
  const read = async () => (await fixture.call('getExecution', { params: { executionId } })).body;
  await waitFor(async () => ['succeeded', 'failed'].includes((await read()).status), {
    timeoutMs: 20_000,
    what: `${executionId} to end`,
  });
  return read();
}

async function readStep(executionId: string, path: string) {
  const { status, body } = await fixture.call('getStepData', { params: { executionId, path } });
  expect(status, path).toBe(200);
  return body;
}

test('a fan-out with values too large for the journal: passes are listed, read one by one, retried where they failed', async () => {
  const text = 'x'.repeat(2_000);
  const input = Array.from({ length: 60 }, (_, n) => ({ n, text }));
  const failed = await run(fanOut, input);
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'LOOP_PASSES_FAILED', nodeId: 'each' } });
  const steps: Step[] = failed.steps;
  const marks = steps.filter((step) => step.nodeId === 'mark').map((step) => step.path);
  expect(marks).toContain('each#13/mark');
  expect(marks).toContain('each#59/mark');
  expect(marks.length).toBeLessThan(40);
  expect(steps.find((step) => step.path === 'each#13/stop')?.status).toBe('failed');

  // Of a pass that is not in the list any more, the data can be read all the same.
  expect(marks).not.toContain('each#2/mark');
  const data = await readStep(failed.id, 'each#2/mark');
  expect(data.inputs.main).toEqual([{ json: { n: 2, text }, pairedItem: { item: 2 } }]);
  expect(data.outputs.main).toEqual([{ json: { n: 2, text, pass: 2 }, pairedItem: { item: 0 } }]);
  const unknown = await fixture.call('getStepData', {
    params: { executionId: failed.id, path: 'each#99/mark' },
  });
  expect(unknown.status).toBe(404);

  const again = await fixture.call('retryExecution', { params: { executionId: failed.id } });
  const retried = await finish(again.body.executionId);
  expect(retried.error?.code).toBe('LOOP_PASSES_FAILED');
  const fresh = (retried.steps as Step[]).filter((step) => step.path.includes('/') && !step.reused);
  expect(fresh.filter((step) => step.status !== 'skipped').map((step) => step.path)).toEqual([
    'each#13/stop',
  ]);
});

test('what a loop gave is counted in the live events, and its items lead back to what came in', async () => {
  const loop: WorkflowDefinitionInput = {
    nodes: [
      { id: 'start', name: 'Start', type: 'manual-trigger' },
      { id: 'loop', name: 'Loop', type: 'loop', parameters: { batchSize: 2 } },
      {
        id: 'sum',
        name: 'Mark',
        type: 'set-fields',
        parameters: { fields: [{ name: 'pass', value: '{{ $runIndex }}' }] },
      },
      {
        id: 'end',
        name: 'End',
        type: 'set-fields',
        parameters: { fields: [{ name: 'from', value: "{{ $('Start').item.json.n }}" }] },
      },
    ],
    edges: [
      { from: 'start', to: 'loop' },
      { from: 'loop', fromPort: 'loop', to: 'sum' },
      { from: 'sum', to: 'loop' },
      { from: 'loop', fromPort: 'done', to: 'end' },
    ],
  };
  const done = await run(loop, [{ n: 5 }, { n: 6 }, { n: 7 }]);
  expect(done.status).toBe('succeeded');
  const { outputs } = await readStep(done.id, 'end');
  expect(outputs.main.map((item: { json: object }) => item.json)).toEqual([
    { n: 5, pass: 0, from: 5 },
    { n: 6, pass: 0, from: 6 },
    { n: 7, pass: 1, from: 7 },
  ]);
  const response = await fetch(`${fixture.url}/api/v1/executions/${done.id}/events`, {
    headers: { authorization: `Bearer ${fixture.owner.key}` },
  });
  const events = await response.text();
  const completed = events
    .split('\n')
    .find((line) => line.includes('"step-completed"') && line.includes('"path":"loop"'));
  expect(JSON.parse(completed!.slice('data: '.length)).record).toMatchObject({ outputCounts: { done: 3 } });
  expect(completed).not.toContain('collected');
});

test('a circle without a loop node is refused with the edge and the way out', async () => {
  const circle = {
    nodes: [
      { id: 'start', name: 'Start', type: 'manual-trigger' },
      { id: 'a', name: 'A', type: 'no-op' },
      { id: 'b', name: 'B', type: 'no-op' },
    ],
    edges: [
      { from: 'start', to: 'a' },
      { from: 'a', to: 'b' },
      { from: 'b', to: 'a' },
    ],
  };
  const answer = await fixture.call('createWorkflow', { body: { name: 'Circle', definition: circle } });
  expect(answer.status).toBe(422);
  expect(JSON.stringify(answer.body)).toContain('put one in front of \\"A\\", lead \\"B\\" back to it');
});
