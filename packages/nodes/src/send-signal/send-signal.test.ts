import type { SignalRequest } from '@navette/contracts';
import type { JsonObject } from '@navette/kit';
import { runNode } from '@navette/testing';
import { expect, test } from 'vitest';
import { sendSignal } from './index.ts';

const executionId = `exe_${'0'.repeat(32)}`;
const workflowId = `wfl_${'0'.repeat(32)}`;
const inputs = [{ json: { order: 'a' } }, { json: { order: 'b' } }];

async function run(parameters: JsonObject) {
  const sent: { signal: SignalRequest; key: string }[] = [];
  const signals = {
    async send(signal: SignalRequest, key: string) {
      sent.push({ signal, key });
      return { executionId };
    },
  };
  const { outputs } = await runNode(sendSignal, { parameters, inputs, signals });
  return { sent, outputs };
}

test('sends each item, under a key of its own, and lets it through', async () => {
  const { sent, outputs } = await run({ executionId, name: 'paid' });
  expect(sent.map(({ signal }) => signal)).toEqual(
    inputs.map(({ json }) => ({ to: { executionId }, name: 'paid', items: [json] })),
  );
  expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
  expect(outputs['main']).toEqual(inputs.map((item, index) => ({ ...item, pairedItem: { item: index } })));
});

test('finds whoever waits under a key', async () => {
  const { sent } = await run({
    to: 'workflow',
    workflowId,
    key: 'order {{ $json.order }}',
    name: 'paid',
    payload: 'json',
    value: { by: '{{ $json.order }}' },
  });
  expect(sent.map(({ signal }) => signal)).toEqual([
    { to: { workflowId, key: 'order a' }, name: 'paid', items: [{ by: 'a' }] },
    { to: { workflowId, key: 'order b' }, name: 'paid', items: [{ by: 'b' }] },
  ]);
});

test.each<[JsonObject, string]>([
  [{ name: 'x' }, 'NODE_INPUT_INVALID'],
  [{ name: 'x', to: 'workflow', workflowId }, 'NODE_INPUT_INVALID'],
  [{ name: 'x', to: 'workflow', key: 'k' }, 'NODE_INPUT_INVALID'],
  [{ name: 'x', executionId: 'Orders' }, 'NODE_PARAMETER_INVALID'],
  [{ executionId }, 'NODE_PARAMETER_INVALID'],
])('%j is refused', async (parameters, code) => {
  await expect(run(parameters)).rejects.toMatchObject({ code });
});
