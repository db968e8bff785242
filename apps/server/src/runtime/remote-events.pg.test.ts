import type { WorkflowDefinitionInput } from '@navette/contracts';
import { encodeId } from '@navette/kit';
import { failOnUnheardRejections, waitFor } from '@navette/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ProjectEvent } from '../live/project-feed.ts';
import { type DeploymentFixture, openDeployment } from './runtime-fixture.ts';

failOnUnheardRejections(afterAll);

const limit = { timeoutMs: 30_000 };
const signal = () => AbortSignal.timeout(limit.timeoutMs);

let deployment: DeploymentFixture;
beforeAll(async () => {
  deployment = await openDeployment();
});
afterEach(() => deployment.stopAll());
afterAll(() => deployment?.close());

const line: WorkflowDefinitionInput = {
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    { id: 'a', name: 'A', type: 'no-op' },
  ],
  edges: [{ from: 'start', to: 'a' }],
};
const nap = (seconds: number): WorkflowDefinitionInput => ({
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    { id: 'a', name: 'A', type: 'wait', parameters: { amount: seconds, unit: 'seconds' } },
  ],
  edges: [{ from: 'start', to: 'a' }],
});

// Everything must come true without the bus as well; it is only later then.
describe.each([
  ['with the bus', {}],
  ['with a bus that loses everything', { bus: null }],
] as const)('%s', (_name, bus) => {
  test('a caller gets the answer of an execution that another process runs', async () => {
    const api = await deployment.start({ role: 'api', ...bus });
    await deployment.start({ role: 'worker', ...bus });
    const version = deployment.createVersion(line);
    const ended = await api.runtime.engine.startAndAwait(deployment.request(version), {
      until: 'finished',
      signal: signal(),
    });
    expect(ended).toMatchObject({ status: 'succeeded', items: [{ json: {} }] });
  });

  test('whoever follows the project sees the execution end', async () => {
    const api = await deployment.start({ role: 'api', ...bus });
    await deployment.start({ role: 'worker', ...bus });
    const feed = api.hub.feedOf(deployment.projectId);
    const after = feed.lastId;
    feed.subscribe(() => {});
    const { executionId } = await api.runtime.engine.start(
      deployment.request(deployment.createVersion(line)),
    );
    const id = encodeId('execution', executionId);
    await waitFor(() => {
      const found = feed.listAfter(after);
      // After a gap the lists are read again: that is as good.
      if (found === 'gap') return true;
      const isEnd = (event: ProjectEvent) =>
        event.type === 'execution-changed' &&
        event.data.executionId === id &&
        event.data.status === 'succeeded';
      return found.events.some(isEnd);
    }, limit);
  });

  test('a cancellation reaches the process that runs the execution', async () => {
    const api = await deployment.start({ role: 'api', ...bus });
    await deployment.start({ role: 'worker', ...bus });
    const { executionId } = await api.runtime.engine.start(
      deployment.request(deployment.createVersion(nap(1.9))),
    );
    const readStatus = async () =>
      (await deployment.database.pool.query('SELECT status FROM executions WHERE id = $1', [executionId]))
        .rows[0]!.status;
    await waitFor(async () => (await readStatus()) === 'running', limit);
    expect(await api.runtime.engine.cancel(deployment.projectId, executionId)).toMatch(/requested|cancelled/);
    await waitFor(async () => (await readStatus()) !== 'running', limit);
    expect(await readStatus()).toBe('cancelled');
  });
});

test('an execution that is parked by one worker is woken by the leader and finished by another', async () => {
  const api = await deployment.start({ role: 'api' });
  const first = await deployment.start({ role: 'worker' });
  const { executionId } = await api.runtime.engine.start(
    deployment.request(deployment.createVersion(nap(3))),
  );
  const { pool } = deployment.database;
  await waitFor(
    async () =>
      (await pool.query(`SELECT 1 FROM executions WHERE id = $1 AND status = 'waiting'`, [executionId]))
        .rowCount,
    limit,
  );
  await first.stop();
  await deployment.start({ role: 'worker' });
  await deployment.start({ role: 'scheduler' });
  const ended = await api.runtime.engine.awaitFinished(executionId, signal());
  expect(ended.status).toBe('succeeded');
});
