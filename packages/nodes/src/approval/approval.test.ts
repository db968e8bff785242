import { outputPortsOf } from '@navette/contracts';
import type { JsonObject } from '@navette/kit';
import { runNode } from '@navette/testing';
import { expect, test } from 'vitest';
import { approval } from './index.ts';

const nowMs = Date.UTC(2026, 0, 1);
const run = (parameters: JsonObject) =>
  runNode(approval, {
    parameters: { title: 'Pay?', ...parameters },
    inputs: [{ json: { sum: 90, boss: 'Ana@Example.com' } }],
    nowMs,
  });

test('asks who may decide what', async () => {
  const { suspension } = await run({
    title: 'Pay {{ $json.sum }} €?',
    message: 'Of **Ana**',
    role: 'none',
    people: ['{{ $json.boss }}', 'ana@example.com'],
    fields: [{ name: 'budget', type: 'choice', options: ['a', 'b'], required: true }],
  });
  expect(suspension).toEqual({
    suspend: 'approval',
    request: {
      title: 'Pay 90 €?',
      message: 'Of **Ana**',
      approvers: { role: null, people: ['ana@example.com'] },
      fields: [{ name: 'budget', label: '', type: 'choice', options: ['a', 'b'], required: true }],
    },
  });
});

test('escalates and expires by the times that are set', async () => {
  const { suspension } = await run({
    escalate: true,
    escalateAmount: 2,
    escalateUnit: 'hours',
    escalatePeople: ['cfo@example.com'],
    limited: true,
    onTimeout: 'reject',
  });
  expect(suspension).toMatchObject({
    request: {
      approvers: { role: 'operator', people: [] },
      escalation: {
        atMs: nowMs + 7_200_000,
        approvers: { role: 'admin', people: ['cfo@example.com'] },
      },
    },
    timeout: { atMs: nowMs + 7 * 86_400_000, rule: { port: 'rejected' } },
  });
});

test('has the port "expired" when it may be used', () => {
  const portsOf = (more: object) =>
    outputPortsOf(approval, approval.parameters.parse({ title: 'x', ...more }));
  expect(portsOf({})).toEqual(['approved', 'rejected']);
  expect(portsOf({ limited: true })).toEqual(['approved', 'rejected', 'expired']);
  expect(portsOf({ limited: true, onTimeout: 'approve' })).toEqual(['approved', 'rejected']);
});

test.each<[JsonObject, RegExp]>([
  [{ role: 'none' }, /nobody may decide/],
  [{ people: ['Ana'] }, /neither an e-mail address/],
  [{ escalate: true, escalateRole: 'none' }, /nobody may decide/],
  [{ fields: [{ name: 'a', type: 'choice' }] }, /without options/],
  [{ fields: [{ name: 'a' }, { name: 'a' }] }, /same name/],
  [{ limited: true, amount: 5_000 }, /ten years/],
])('%j is refused', async (parameters, message) => {
  await expect(run(parameters)).rejects.toThrow(message);
});
