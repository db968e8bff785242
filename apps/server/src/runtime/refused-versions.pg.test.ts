import type { AnyNodeDefinition, WorkflowDefinitionInput } from '@navette/contracts';
import { builtinNodes } from '@navette/nodes';
import { failOnUnheardRejections, waitFor } from '@navette/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type DeploymentFixture, openDeployment } from './runtime-fixture.ts';

failOnUnheardRejections(afterAll);

const limit = { timeoutMs: 30_000 };
const noOp = builtinNodes.find((node) => node.type === 'no-op')!;
/** What only a newer version of the product has. */
const future: AnyNodeDefinition = { ...noOp, type: 'future-node', version: 3 };

let deployment: DeploymentFixture;
beforeAll(async () => {
  deployment = await openDeployment();
});
afterEach(() => deployment.stopAll());
afterAll(() => deployment?.close());

const withNode = (type: string, typeVersion = 1): WorkflowDefinitionInput => ({
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    { id: 'a', name: 'A', type, typeVersion },
  ],
  edges: [{ from: 'start', to: 'a' }],
});

async function readRow(id: string) {
  const { rows } = await deployment.database.pool.query<{
    status: string;
    reason: string | null;
    fence: number;
  }>('SELECT status, reason, fence::int AS fence FROM executions WHERE id = $1', [id]);
  return rows[0]!;
}

/** Runs something in the same deployment, so that its workers have looked at the queue again and again. */
async function keepBusy(times: number): Promise<void> {
  const api = await deployment.start({ role: 'api' });
  const version = deployment.createVersion(withNode('no-op'));
  for (let count = 0; count < times; count++) {
    const ended = await api.runtime.engine.startAndAwait(deployment.request(version), { until: 'finished' });
    expect(ended.status).toBe('succeeded');
  }
}

test('a worker leaves a version with an unknown node type to one that has it, and says what it lacks', async () => {
  await deployment.start({ role: 'worker' });
  const api = await deployment.start({ role: 'api', nodes: [...builtinNodes, future] });
  const version = deployment.createVersion(withNode('future-node', 3));
  const { executionId } = await api.runtime.engine.start(deployment.request(version));
  await waitFor(async () => (await readRow(executionId)).fence === 1, limit);
  await waitFor(async () => (await readRow(executionId)).status === 'queued', limit);
  expect(await readRow(executionId)).toEqual({
    status: 'queued',
    reason: 'Waits for a worker that has the node type "future-node" version 3',
    fence: 1,
  });
  const another = await api.runtime.engine.start(deployment.request(version));
  await keepBusy(5);
  // It is not taken again, nor is any other of that version.
  expect((await readRow(executionId)).fence).toBe(1);
  expect(await readRow(another.executionId)).toMatchObject({ status: 'queued', fence: 0 });

  const able = await deployment.start({ role: 'worker', nodes: [...builtinNodes, future] });
  for (const id of [executionId, another.executionId]) {
    const ended = await api.runtime.engine.awaitFinished(id, AbortSignal.timeout(limit.timeoutMs));
    expect(ended.status).toBe('succeeded');
  }
  const { rows } = await deployment.database.pool.query<{ id: string; able: boolean }>(
    `SELECT id, 'future-node@3' = ANY (node_types) AS able FROM workers WHERE state = 'alive'`,
  );
  expect(rows.filter((row) => row.able).map((row) => row.id)).toEqual([able.runtime.engine.workerId]);
  expect(rows).toHaveLength(2);
});

test('so it does with a definition of a later format, and such an execution can be cancelled', async () => {
  await deployment.start({ role: 'worker' });
  const api = await deployment.start({ role: 'api' });
  const version = deployment.createVersion(withNode('no-op'), 99);
  const { executionId } = await api.runtime.engine.start(deployment.request(version));
  await waitFor(
    async () =>
      (await readRow(executionId)).reason === 'Waits for a worker that has the definition format 99',
    limit,
  );
  expect(await api.runtime.engine.cancel(deployment.projectId, executionId)).toBe('cancelled');
  expect((await readRow(executionId)).status).toBe('cancelled');
});

test('what was cancelled while it was being given back is ended by the leader', async () => {
  const api = await deployment.start({ role: 'api' });
  const version = deployment.createVersion(withNode('no-op'));
  const { executionId } = await api.runtime.engine.start(deployment.request(version));
  // As it stands after a cancellation came between the claim and the giving back.
  await deployment.database.pool.query(
    `UPDATE executions SET fence = 1, cancel_requested_at = now() - interval '1 minute' WHERE id = $1`,
    [executionId],
  );
  await deployment.start({ role: 'scheduler' });
  await waitFor(async () => (await readRow(executionId)).status === 'cancelled', limit);
});
