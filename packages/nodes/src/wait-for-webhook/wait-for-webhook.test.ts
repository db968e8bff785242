import { outputPortsOf } from '@navette/contracts';
import { runNode } from '@navette/testing';
import { expect, test } from 'vitest';
import { waitForWebhook } from './index.ts';

const nowMs = Date.UTC(2026, 0, 1);

test('waits for a request, for as long as it is told', async () => {
  const forever = await runNode(waitForWebhook, { nowMs });
  expect(forever.suspension).toEqual({ suspend: 'resume' });
  const limited = await runNode(waitForWebhook, {
    parameters: { limited: true, amount: 10, unit: 'minutes' },
    nowMs,
  });
  expect(limited.suspension).toEqual({
    suspend: 'resume',
    timeout: { atMs: nowMs + 600_000, rule: { port: 'timeout' } },
  });
});

test('has the port for a request that did not come when it may be used', () => {
  const portsOf = (parameters: object) =>
    outputPortsOf(waitForWebhook, waitForWebhook.parameters.parse(parameters));
  expect(portsOf({})).toEqual(['main']);
  expect(portsOf({ limited: true })).toEqual(['main', 'timeout']);
  expect(portsOf({ limited: true, onTimeout: 'error' })).toEqual(['main']);
});
