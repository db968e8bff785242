import type { Item } from '@navette/contracts';
import { runNode } from '@navette/testing';
import { expect, test } from 'vitest';
import { respondToWebhook } from './index.ts';

const inputs: Item[] = [{ json: { id: 1, total: 5 } }, { json: { id: 2 } }];

test('answers from templates of the first item and lets the items through', async () => {
  const parameters = {
    respondWith: 'json',
    status: '{{ $json.id === 1 ? 201 : 202 }}',
    value: { order: '{{ $json.id }}', text: 'total {{ $json.total }}' },
    headers: [{ name: 'Location', value: '/orders/{{ $json.id }}' }],
  };
  const { outputs, response } = await runNode(respondToWebhook, { parameters, inputs });
  expect(response).toEqual({
    status: 201,
    headers: { location: '/orders/1' },
    body: { kind: 'json', value: { order: 1, text: 'total 5' } },
  });
  expect(outputs['main']).toEqual([
    { json: { id: 1, total: 5 }, pairedItem: { item: 0 } },
    { json: { id: 2 }, pairedItem: { item: 1 } },
  ]);
});

test('a header that data made unfit is refused', async () => {
  const parameters = { headers: [{ name: 'X-Name', value: '{{ $json.name }}' }] };
  await expect(
    runNode(respondToWebhook, { parameters, inputs: [{ json: { name: 'a\r\nSet-Cookie: x=1' } }] }),
  ).rejects.toMatchObject({ code: 'NODE_INPUT_INVALID' });
});
