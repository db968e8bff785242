import type { JsonObject } from '@navette/kit';
import { runNode } from '@navette/testing';
import { expect, test } from 'vitest';
import { subWorkflow } from './index.ts';

const workflowId = `wfl_${'0123456789abcdef'.repeat(2)}`;
const inputs = [{ json: { id: 1 }, pairedItem: { item: 4 } }, { json: { id: 2 } }];

test('hands all items over as JSON and waits', async () => {
  const { suspension } = await runNode(subWorkflow, { parameters: { workflowId }, inputs });
  expect(suspension).toEqual({
    suspend: 'child',
    workflowId,
    input: [{ id: 1 }, { id: 2 }],
    awaitResult: true,
  });
});

test('does not wait when told so', async () => {
  const { suspension } = await runNode(subWorkflow, {
    parameters: { workflowId, awaitResult: false },
    inputs,
  });
  expect(suspension).toMatchObject({ awaitResult: false });
});

test.each<JsonObject>([{}, { workflowId: 'Orders' }, { workflowId: `exe_${'0'.repeat(32)}` }])(
  '%j is refused',
  async (parameters) => {
    await expect(runNode(subWorkflow, { parameters })).rejects.toMatchObject({
      code: 'NODE_PARAMETER_INVALID',
      issues: [expect.objectContaining({ path: '/workflowId' })],
    });
  },
);
