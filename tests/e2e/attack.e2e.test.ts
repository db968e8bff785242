/**
 * Steps that attack the server with their code: each ends with the error of its own limit, and meanwhile the server says
 * that it is well and the executions of others end. How fast it answers is measured by `npm run bench -- attack`.
 */
import { routes } from '@navette/contracts';
import { waitFor } from '@navette/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  attackedEngines,
  attacks,
  createAttack,
  createCalmStep,
  endsAsItMust,
  lightPath,
  lightWorkflow,
  sourceFor,
} from '../../bench/attack/attacks.ts';
import { ApiProblem, startServer, type TestServer } from './start-server.ts';

const patience = { timeoutMs: 280_000 };
/** Of the others' executions while each attack is on its way; and that many at least. */
const lightRuns = 3;

let server: TestServer;

beforeAll(async () => {
  server = await startServer({ env: { NAVETTE_CODE_ALLOW_WITHOUT_JAIL: 'true' } });
  await server.createOwner();
  const { id } = await server.api(routes.createWorkflow, {
    body: { name: 'Light', definition: lightWorkflow },
  });
  await server.api(routes.publishWorkflow, { params: { workflowId: id }, body: {} });
  await callLight();
}, 600_000);

afterAll(() => server?.stop());

async function callLight(): Promise<void> {
  const response = await fetch(`${server.url}/webhook/${lightPath}`, { method: 'POST' });
  expect([response.status, await response.json()]).toEqual([200, [{ light: true }]]);
}

/** That it answers. Whether it is ready depends on its database too, which a machine with too much to do may hold up. */
async function askHealth(): Promise<void> {
  const response = await fetch(`${server.url}${routes.healthLive.path}`);
  expect([response.status, await response.json()]).toMatchObject([200, { status: 'ok' }]);
}

async function isReady(): Promise<boolean> {
  const response = await fetch(`${server.url}${routes.healthReady.path}`);
  const text = await response.text();
  if (!response.ok) console.log(`Not ready: ${text}`);
  return response.ok;
}

async function start(name: string, definition: Parameters<typeof createWorkflow>[1]): Promise<string> {
  const workflowId = await createWorkflow(name, definition);
  const run = await server.api(routes.runWorkflow, { params: { workflowId }, body: {} });
  return run.executionId;
}

async function createWorkflow(name: string, definition: ReturnType<typeof createCalmStep>): Promise<string> {
  const { id } = await server.api(routes.createWorkflow, { body: { name, definition } });
  return id;
}

const read = (executionId: string) => server.api(routes.getExecution, { params: { executionId } });
const hasEnded = async (executionId: string) => {
  try {
    return ['succeeded', 'failed', 'cancelled'].includes((await read(executionId)).status);
  } catch (error) {
    // Its database may be slow on a machine with too much to do: whoever waits asks again.
    if (error instanceof ApiProblem && error.status === 503) return false;
    throw error;
  }
};

describe.each(attackedEngines)('%s', (engine) => {
  const own = attacks.filter((attack) => sourceFor(attack, engine) !== undefined);
  let runsHere = true;

  beforeAll(async () => {
    const executionId = await start(`Calm ${engine}`, createCalmStep(engine));
    await waitFor(() => hasEnded(executionId), { ...patience, what: 'the calm step to end' });
    const { error, status } = await read(executionId);
    runsHere = status === 'succeeded';
    if (runsHere) return;
    expect(error?.code).toBe('SANDBOX_UNAVAILABLE');
    console.log(`Attacks on ${engine} are skipped: ${error?.message}`);
  });

  test.each(own)(
    '$name ends as it must, and harms nobody else',
    async (attack) => {
      if (!runsHere) return;
      const executionId = await start(`${engine}: ${attack.name}`, createAttack(attack, engine));
      let over = false;
      const others = (async () => {
        for (let runs = 0; !over || runs < lightRuns; runs++) await callLight();
      })();
      const health = (async () => {
        for (let asked = 0; !over || asked < 2; asked++) {
          await askHealth();
          await isReady();
        }
      })();
      const ending = waitFor(() => hasEnded(executionId), { ...patience, what: 'the attack to end' }).finally(
        () => {
          over = true;
        },
      );
      await Promise.all([ending, others, health]);
      await waitFor(isReady, { ...patience, what: 'the server to be ready' });
      const { error, status } = await read(executionId);
      expect(endsAsItMust(attack, status, error?.code), `${status}: ${error?.message}`).toBe(true);
    },
    600_000,
  );
});
