import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Health, routes, type WorkflowDefinitionInput } from '@navette/contracts';
import { silentLogger } from '@navette/kit';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@navette/store';
import { waitFor } from '@navette/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStoreReader } from '../chaos/stored-rows.ts';
import { startServer, type TestServer } from './start-server.ts';

/** One Postgres, and every role as a process of its own on it: no Redis. */
let root: string;
let postgres: EmbeddedPostgres;
const running: TestServer[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'navette-roles-'));
  postgres = await startEmbeddedPostgres({ dataDir: join(root, 'db'), logger: silentLogger, fsync: false });
});
afterAll(async () => {
  await Promise.all(running.map((server) => server.kill('SIGKILL')));
  await postgres?.stop();
  rmSync(root, { recursive: true, force: true });
});

async function start(role: 'api' | 'worker' | 'scheduler'): Promise<TestServer> {
  const server = await startServer({
    dataDir: join(root, 'data'),
    env: {
      DATABASE_URL: postgres.connectionString,
      NAVETTE_ROLE: role,
      NAVETTE_LOG_FORMAT: 'json',
      // Both workers are to have some of the work.
      NAVETTE_WORKER_CONCURRENCY: '8',
      // A machine that is busy with other tests is no dead worker.
      NAVETTE_LEASE_MS: '5000',
    },
  });
  running.push(server);
  return server;
}

async function readHealth({ url }: TestServer): Promise<Health> {
  return (await (await fetch(`${url}/health/ready`)).json()) as Health;
}

const wait = (seconds: number): WorkflowDefinitionInput => ({
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    { id: 'wait', name: 'Wait', type: 'wait', parameters: { amount: seconds, unit: 'seconds' } },
    { id: 'end', name: 'End', type: 'no-op' },
  ],
  edges: [
    { from: 'start', to: 'wait' },
    { from: 'wait', to: 'end' },
  ],
});

const answering: WorkflowDefinitionInput = {
  nodes: [
    {
      id: 'hook',
      name: 'Hook',
      type: 'webhook-trigger',
      parameters: { path: 'elsewhere', methods: ['POST'], respond: 'finished' },
    },
    { id: 'end', name: 'End', type: 'no-op' },
  ],
  edges: [{ from: 'hook', to: 'end' }],
};

test('50 executions finish although a worker and the scheduler are killed, and a webhook is answered by a worker', async () => {
  // The first one makes the schema and the keys that the others read.
  const api = await start('api');
  const [first, second, scheduler] = await Promise.all([
    start('worker'),
    start('worker'),
    start('scheduler'),
  ]);
  await api.createOwner();
  const create = async (name: string, definition: WorkflowDefinitionInput) => {
    const { id } = await api.api(routes.createWorkflow, { body: { name, definition } });
    await api.api(routes.publishWorkflow, { params: { workflowId: id }, body: {} });
    return id;
  };
  // A short wait is sat out by the worker that has it; a longer one is parked and woken by the scheduler.
  const [short, long] = [await create('Short', wait(1)), await create('Long', wait(3))];
  await create('Answering', answering);
  const ids = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const workflowId = index % 5 === 0 ? long : short;
      const body = { target: 'published' as const };
      return (await api.api(routes.runWorkflow, { params: { workflowId }, body })).executionId;
    }),
  );
  const countBusy = async (server: TestServer) => {
    const worker = (await readHealth(server)).checks.find((check) => check.name === 'worker');
    return Number.parseInt(worker?.detail ?? '', 10);
  };
  await waitFor(async () => (await countBusy(first)) > 0 && (await countBusy(second)) > 0, {
    timeoutMs: 20_000,
    what: 'both workers to be at work',
  });
  await Promise.all([first.kill('SIGKILL'), scheduler.kill('SIGKILL')]);
  const successor = await start('scheduler');

  for (const executionId of ids) {
    const execution = await waitFor(
      async () => {
        const found = await api.api(routes.getExecution, { params: { executionId } });
        return found.finishedAt !== null && found;
      },
      { timeoutMs: 60_000, what: `${executionId} to end` },
    );
    expect(execution.status).toBe('succeeded');
  }
  const hook = await fetch(`${api.url}/webhook/elsewhere`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"order":7}',
  });
  expect(hook.status).toBe(200);
  expect(await hook.json()).toMatchObject([{ body: { order: 7 } }]);

  expect((await readHealth(successor)).checks).toContainEqual({
    name: 'scheduler',
    ok: true,
    detail: 'led by this process',
  });
  expect((await fetch(`${second.url}/api/v1/workflows`)).status).toBe(404);
  expect(await Promise.all([second, successor, api].map((server) => server.stop()))).toEqual([0, 0, 0]);
});

test('a server with the built-in database tells nobody what happens, and needs no election', async () => {
  const server = await startServer();
  running.push(server);
  expect((await readHealth(server)).checks).toContainEqual({
    name: 'scheduler',
    ok: true,
    detail: 'led by this process',
  });
  await using reader = await openStoreReader(server.dataDir);
  const listNames = async () => {
    const { rows } = await reader.client.query<{ name: string }>(
      `SELECT DISTINCT application_name AS name FROM pg_stat_activity WHERE datname = current_database()`,
    );
    return rows.map((row) => row.name);
  };
  // The last of its connections.
  await waitFor(async () => (await listNames()).includes('navette heartbeat'), { timeoutMs: 20_000 });
  const names = await listNames();
  expect(names).not.toContain('navette bus');
  expect(names).not.toContain('navette leader');
  expect(await server.stop()).toBe(0);
});

test('a role other than all without a database of its own is refused in words', async () => {
  await expect(startServer({ env: { NAVETTE_ROLE: 'worker' } })).rejects.toThrow(
    /role \(environment NAVETTE_ROLE\): needs DATABASE_URL/,
  );
});
