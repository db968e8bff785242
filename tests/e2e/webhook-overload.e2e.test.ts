/** More webhooks at once than the server runs executions: the later ones wait for a place, and get their own answers. */
import type { WorkflowDefinitionInput } from '@navette/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStage, type Stage } from '../chaos/open-stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ env: { NAVETTE_WORKER_CONCURRENCY: '2' } });
});

afterAll(() => stage.close());

/** Webhook → wait → respond with what was posted and 201. */
function createEcho(path: string, waitSeconds: number): WorkflowDefinitionInput {
  return {
    nodes: [
      { id: 'hook', name: 'Hook', type: 'webhook-trigger', parameters: { path, respond: 'node' } },
      {
        id: 'wait',
        name: 'Wait',
        type: 'wait',
        parameters: { mode: 'interval', amount: waitSeconds, unit: 'seconds' },
      },
      {
        id: 'answer',
        name: 'Answer',
        type: 'respond-to-webhook',
        parameters: { respondWith: 'json', status: 201, value: '{{ $json.body }}' },
      },
    ],
    edges: [
      { from: 'hook', to: 'wait' },
      { from: 'wait', to: 'answer' },
    ],
  };
}

async function post(path: string, body: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${stage.server.url}/webhook/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

test.each([
  ['at once', 0, 40],
  ['after a wait that parks the execution', 3, 4],
])('every webhook gets the answer of its own workflow %s', async (_name, waitSeconds, count) => {
  const path = `echo-${waitSeconds}`;
  await stage.api.createWorkflow(path, createEcho(path, waitSeconds));
  const orders = Array.from({ length: count }, (_, number) => ({ number }));
  const answers = await Promise.all(orders.map((order) => post(path, order)));
  expect(answers).toEqual(orders.map((order) => ({ status: 201, body: order })));
});
