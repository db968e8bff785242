/** A worker that stops in order, before what it has at work has ended. */
import type { AnyNodeDefinition } from '@navette/contracts';
import { builtinNodes } from '@navette/nodes';
import { failOnUnheardRejections, waitFor } from '@navette/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openEmptyServer } from '../server-fixture.ts';
import { type DeploymentFixture, openDeployment } from './runtime-fixture.ts';

failOnUnheardRejections(afterAll);

const limit = { timeoutMs: 30_000 };
const noOp = builtinNodes.find((node) => node.type === 'no-op')!;

let deployment: DeploymentFixture;
beforeAll(async () => {
  deployment = await openDeployment();
});
afterEach(() => deployment.stopAll());
afterAll(() => deployment?.close());

/** A process in which steps of the type "gate" end when their gate opens. */
async function startProcess(gate: Promise<void>) {
  const execute = () => gate.then(() => []);
  const node = { ...noOp, type: 'gate', execute } as AnyNodeDefinition;
  return deployment.start({ role: 'all', nodes: [...builtinNodes, node] });
}

async function readRow(id: string) {
  const { rows } = await deployment.database.pool.query<{
    status: string;
    recoveries: number;
    owner: string;
  }>('SELECT status, recoveries::int AS recoveries, owner FROM executions WHERE id = $1', [id]);
  return rows[0]!;
}

async function readWorker(id: string): Promise<string | undefined> {
  const { rows } = await deployment.database.pool.query('SELECT state FROM workers WHERE id = $1', [id]);
  return rows[0]?.state;
}

async function startHeld() {
  const first = await startProcess(new Promise(() => {}));
  const version = deployment.createVersion({
    nodes: [
      { id: 'start', name: 'Start', type: 'manual-trigger' },
      { id: 'gate', name: 'Gate', type: 'gate' },
    ],
    edges: [{ from: 'start', to: 'gate' }],
  });
  const { executionId } = await first.runtime.engine.start(deployment.request(version));
  await waitFor(async () => (await readRow(executionId)).status === 'running', limit);
  return { executionId, first };
}

test('what did not end in time is queued when the worker is gone, and nobody died of it', async () => {
  const { executionId, first } = await startHeld();
  const { workerId } = first.runtime.engine;
  expect(await readWorker(workerId)).toBe('alive');
  await first.stop(0);
  expect(await readRow(executionId)).toEqual({ status: 'queued', recoveries: 0, owner: null });
  expect(await readWorker(workerId)).toBe('dead');
});

test('another worker takes it at once, without a lease to wait for', async () => {
  const second = await startProcess(Promise.resolve());
  const { executionId, first } = await startHeld();
  await first.stop(0);
  const ended = await second.runtime.engine.awaitFinished(executionId, AbortSignal.timeout(limit.timeoutMs));
  expect(ended.status).toBe('succeeded');
  expect((await readRow(executionId)).recoveries).toBe(0);
});

test('a server that stops says so from the first moment', async () => {
  const { close, server } = await openEmptyServer();
  await waitFor(async () => (await server.services.readHealth()).status === 'ok', limit);
  const stopped = server.stop();
  expect((await server.services.readHealth()).status).toBe('stopping');
  await stopped;
  await close();
});
