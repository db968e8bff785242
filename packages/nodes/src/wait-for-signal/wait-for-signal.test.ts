import type { JsonObject } from '@navette/kit';
import { runNode } from '@navette/testing';
import { expect, test } from 'vitest';
import { waitForSignal } from './index.ts';

const nowMs = Date.UTC(2026, 0, 1);
const run = (parameters: JsonObject) =>
  runNode(waitForSignal, { parameters, inputs: [{ json: { order: 'o-7' } }], nowMs });

test('waits for the name, under a key when there is one', async () => {
  expect((await run({ name: 'paid' })).suspension).toEqual({ suspend: 'signal', name: 'paid' });
  const keyed = await run({ name: 'paid', key: '{{ $json.order }}' });
  expect(keyed.suspension).toEqual({ suspend: 'signal', name: 'paid', key: 'o-7' });
});

test('a key that gives nothing is told from no key', async () => {
  await expect(run({ name: 'paid', key: '{{ $json.nothing }}' })).rejects.toThrow(/the key is empty/);
  expect((await run({ name: 'paid', key: '' })).suspension).toEqual({ suspend: 'signal', name: 'paid' });
});

test.each<[JsonObject, unknown]>([
  [{}, { atMs: nowMs + 86_400_000, rule: { port: 'timeout' } }],
  [
    { amount: 2, unit: 'hours', onTimeout: 'error' },
    { atMs: nowMs + 7_200_000, rule: 'error' },
  ],
  [
    { amount: 0, onTimeout: 'default', defaultItem: { paid: false } },
    { atMs: nowMs, rule: { port: 'main', json: { paid: false } } },
  ],
])('limits the time: %j', async (limit, timeout) => {
  const { suspension } = await run({ name: 'paid', limited: true, ...limit });
  expect(suspension).toEqual({ suspend: 'signal', name: 'paid', timeout });
});

test.each<[JsonObject, string]>([
  [{}, 'NODE_PARAMETER_INVALID'],
  [{ name: '' }, 'NODE_PARAMETER_INVALID'],
  [{ name: 'a b' }, 'NODE_PARAMETER_INVALID'],
  [{ name: 'x'.repeat(101) }, 'NODE_PARAMETER_INVALID'],
  [{ name: 'a', key: 'k'.repeat(501) }, 'NODE_INPUT_INVALID'],
  [{ name: 'a', key: 'k'.repeat(2_001) }, 'NODE_PARAMETER_INVALID'],
  [{ name: 'a', key: '{{ $json.nothing }}' }, 'NODE_INPUT_INVALID'],
  [{ name: 'a', key: '{{ null }}' }, 'NODE_INPUT_INVALID'],
  [{ name: 'a', key: "{{ '' }}" }, 'NODE_INPUT_INVALID'],
  [{ name: 'a', key: ' {{ $json.nothing }} ' }, 'NODE_INPUT_INVALID'],
  [{ name: 'a', key: '{{ 7 }}' }, 'NODE_INPUT_INVALID'],
  [{ name: 'a', limited: true, amount: 4_000 }, 'NODE_INPUT_INVALID'],
])('%j is refused', async (parameters, code) => {
  await expect(run(parameters)).rejects.toMatchObject({ code });
});
