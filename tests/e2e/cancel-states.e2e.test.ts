/**
 * A cancellation over HTTP ends an execution within five seconds, whatever situation it is in: cancel-situations.ts lists
 * them all. Real servers: four on one Postgres, of which one is frozen, one stopped and one killed in the middle of it, and
 * one with a database of its own that is killed and started again.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExecutionDetail, routes, type WorkflowDefinitionInput } from '@navette/contracts';
import { silentLogger } from '@navette/kit';
import { type EmbeddedPostgres, startEmbeddedPostgres, stopOrphanedPostgres } from '@navette/store';
import { type FixtureServer, startFixtureServer, waitFor } from '@navette/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Owner,
  run,
  type Setting,
  type Situation,
  situations,
  type World,
} from './cancel-situations.ts';
import { startServer, type TestServer } from './start-server.ts';

const limitMs = 5_000;
const patience = { timeoutMs: 60_000 };

interface Case extends Situation {
  name: string;
  status: string;
  /** Code of the reason, or status of a step. */
  shows: string;
}

interface Ended {
  /** From the moment at which the cancellation was sent until the API no longer lists it as open. */
  tookMs: number;
  /** The execution, and those that it had called. */
  ids: string[];
  executions?: ExecutionDetail[];
}

const cases: Case[] = Object.entries(situations).flatMap(([status, byReason]) =>
  Object.entries(byReason).flatMap(([shows, named]) =>
    Object.entries(named).map(([name, situation]) => ({
      ...situation,
      ...{ status, shows, name: `${status}, ${shows}: ${name}` },
    })),
  ),
);
const ended = new Map<string, Ended>();
let root: string;
let postgres: EmbeddedPostgres;
let silent: FixtureServer;
const servers: TestServer[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'navette-cancel-'));
  silent = await startFixtureServer(({ path }, response) => {
    if (path === '/hang') return new Promise(() => {});
    if (path === '/drip') return void response.writeHead(200, { 'content-length': 1_000 }).write('a');
    if (path === '/busy') response.statusCode = 503;
    return { path };
  });
  await Promise.all([cancelInCluster(), cancelInOne()]);
}, 120_000);
afterAll(async () => {
  await Promise.all(servers.map((server) => server.kill('SIGKILL')));
  await postgres?.stop();
  // What the server with a database of its own has left.
  await stopOrphanedPostgres(join(root, 'own'), silentLogger);
  await silent?.close();
  rmSync(root, { recursive: true, force: true });
});

async function start(name: string, env: Record<string, string>): Promise<TestServer> {
  const server = await startServer({
    dataDir: join(root, name),
    env: { NAVETTE_LOG_FORMAT: 'json', NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: silent.host, ...env },
  });
  servers.push(server);
  return server;
}

const calledBy = (id: string, next: object): WorkflowDefinitionInput => ({
  nodes: [
    { id: 'in', name: 'In', type: 'parent-trigger' },
    { id, name: id, ...next } as WorkflowDefinitionInput['nodes'][number],
  ],
  edges: [{ from: 'in', to: id }],
});

async function openWorld(server: TestServer): Promise<World> {
  const publish = async (definition: WorkflowDefinitionInput) => {
    const { id } = await server.api(routes.createWorkflow, { body: { name: 'Called', definition } });
    await server.api(routes.publishWorkflow, { params: { workflowId: id }, body: {} });
    return id;
  };
  const hang = { type: 'http-request', parameters: { url: `${silent.url}/hang` } };
  return {
    ...{ server, silent, afterUrl: '' },
    waitingId: await publish(calledBy('hear', { type: 'wait-for-signal', parameters: { name: 'go' } })),
    workingId: await publish(calledBy('hang', hang)),
  };
}

async function begin(world: World, one: Case): Promise<string> {
  const definition = one.workflow({ ...world, afterUrl: `${silent.url}/after/${cases.indexOf(one)}` });
  const { id } = await world.server.api(routes.createWorkflow, { body: { name: one.name, definition } });
  return (one.begin ?? run)(world, id);
}

const read = ({ server }: World, executionId: string) =>
  server.api(routes.getExecution, { params: { executionId } });

function isIn({ shows, status }: Case, execution: ExecutionDetail): boolean {
  const { steps, why } = execution;
  const found = status === 'running' ? steps.some((step) => step.status === shows) : why?.code === shows;
  return execution.status === status && found;
}

/** Resolves when the API shows the situation. */
async function reach(world: World, one: Case, executionId: string): Promise<void> {
  let execution: ExecutionDetail | undefined;
  const isThere = async () => {
    execution = await read(world, executionId);
    return isIn(one, execution);
  };
  await waitFor(isThere, { ...patience, what: one.name }).catch((error) => {
    throw new Error(`${error.message}: ${JSON.stringify(execution)}`);
  });
}

async function listOpen({ server }: World): Promise<Set<string>> {
  const query = { status: 'queued,running,waiting' as never, limit: 100 };
  return new Set((await server.api(routes.listExecutions, { query })).items.map(({ id }) => id));
}

/** Cancels all of them at once and writes down when each was seen to be over. */
async function cancelAll(world: World, begun: ReadonlyMap<Case, string>): Promise<void> {
  const family = new Map<Case, string[]>();
  for (const [one, id] of begun) {
    const { steps } = await read(world, id);
    family.set(one, [id, ...steps.flatMap((step) => step.childExecutionId ?? [])]);
  }
  const sentAt = performance.now();
  const answers = Promise.all(
    [...begun.values()].map((executionId) =>
      world.server.api(routes.cancelExecution, { params: { executionId } }),
    ),
  );
  const left = new Set(begun.keys());
  const note = async () => {
    const open = await listOpen(world);
    const tookMs = performance.now() - sentAt;
    for (const one of left) {
      const ids = family.get(one)!;
      if (ids.some((id) => open.has(id))) continue;
      left.delete(one);
      ended.set(one.name, { tookMs, ids });
    }
    return left.size === 0;
  };
  await Promise.all([answers, waitFor(note, { timeoutMs: 30_000, what: 'what was cancelled to end' })]);
  for (const { name } of begun.keys()) {
    const found = ended.get(name)!;
    found.executions = await Promise.all(found.ids.map((id) => read(world, id)));
  }
}

const of = (setting: Setting) => cases.filter((one) => (one.setting ?? 'open') === setting);

async function cancelInCluster(): Promise<void> {
  postgres = await startEmbeddedPostgres({ dataDir: join(root, 'db'), logger: silentLogger, fsync: false });
  const env = { DATABASE_URL: postgres.connectionString, NAVETTE_WORKER_CONCURRENCY: '100' };
  // The first one makes the schema, and leads: it is the one that is frozen.
  const frozen = await start('shared', env);
  const [here, stopping, elsewhere] = await Promise.all([
    start('shared', env),
    start('shared', env),
    start('shared', env),
  ]);
  const { apiKey } = await frozen.createOwner();
  const owners: Record<Owner, TestServer> = { here, elsewhere, frozen, stopping };
  for (const server of Object.values(owners)) server.useKey(apiKey);
  const world = await openWorld(here);
  const beginAll = async (chosen: readonly Case[]) => {
    const begun = new Map<Case, string>();
    for (const one of chosen) {
      // In a process of its own name: what a server starts it runs, as long as it has a place.
      const server = owners[one.owner ?? 'here'];
      begun.set(one, await begin({ ...world, server }, one));
    }
    return begun;
  };
  const [long, short] = [of('open').filter((one) => !one.isShort), of('open').filter((one) => one.isShort)];
  const open = await beginAll(long);
  for (const [one, id] of open) await reach(world, one, id);
  process.kill(frozen.pid, 'SIGSTOP');
  const stopped = stopping.kill('SIGTERM');
  await cancelAll(world, open);
  await stopped;
  const brief = await beginAll(short);
  for (const [one, id] of brief) await reach(world, one, id);
  await cancelAll(world, brief);
  // What others waited behind.
  for (const executionId of await listOpen(world))
    await here.api(routes.cancelExecution, { params: { executionId } });

  const early = await beginAll(of('paused').filter((one) => !one.beginsPaused));
  for (const [one, id] of early) if (one.isUnnoticed) await reach(world, one, id);
  await here.api(routes.pauseQueue);
  await elsewhere.kill('SIGKILL');
  await cancelAll(world, new Map([...early].filter(([one]) => one.isUnnoticed)));
  const noticed = [...early].filter(([one]) => !one.isUnnoticed);
  for (const [one, id] of noticed) await one.afterPause?.(world, id);
  const paused = new Map([...noticed, ...(await beginAll(of('paused').filter((one) => one.beginsPaused)))]);
  for (const [one, id] of paused) await reach(world, one, id);
  await cancelAll(world, paused);

  // The sleeper finds that all that it had belongs to others.
  process.kill(frozen.pid, 'SIGCONT');
  await waitFor(() => frozen.logs().includes('The lease was lost'), patience);
  for (const [one, id] of open)
    if (one.owner === 'frozen') expect(await read(world, id)).toEqual(ended.get(one.name)?.executions?.[0]);
}

async function cancelInOne(): Promise<void> {
  const restarted = of('restarted');
  const env = { NAVETTE_WORKER_CONCURRENCY: String(restarted.length) };
  let server = await start('own', env);
  const { apiKey } = await server.createOwner();
  let world = await openWorld(server);
  const begun = new Map<string, Case>();
  for (const one of restarted) begun.set(await begin(world, one), one);
  const readAll = () => Promise.all([...begun.keys()].map((id) => read(world, id)));
  await waitFor(async () => (await readAll()).every(({ status }) => status === 'running'), patience);
  const full = new Map<Case, string>();
  for (const one of of('full')) full.set(one, await begin(world, one));
  for (const [one, id] of full) await reach(world, one, id);
  await cancelAll(world, full);
  for (const kills of [1, 2]) {
    await server.kill('SIGKILL');
    server = await start('own', env);
    server.useKey(apiKey);
    world = { ...world, server };
    await waitFor(async () => {
      const states = await readAll();
      return states.every(({ recoveries, status, why }) =>
        status === 'queued' ? false : recoveries === kills || why?.code === 'doubt',
      );
    }, patience);
  }
  // Which of them is at work and which one waits is chance.
  const reached = new Map<Case, string>();
  await waitFor(
    async () => {
      reached.clear();
      for (const execution of await readAll())
        for (const one of restarted)
          if (!reached.has(one) && isIn(one, execution)) {
            reached.set(one, execution.id);
            break;
          }
      return reached.size === restarted.length;
    },
    { ...patience, what: 'one of each that was taken over' },
  );
  await cancelAll(world, reached);
}

describe('a cancelled execution is over within five seconds', () => {
  test.each(cases.map((one) => [one.name]))('%s', (name) => {
    const found = ended.get(name);
    expect(found?.tookMs).toBeLessThan(limitMs);
    for (const { error, status, steps } of found!.executions!) {
      expect(status).toBe('cancelled');
      expect(error?.code).toBe('EXECUTION_CANCELLED');
      const open = steps.filter((step) => ['running', 'retrying', 'waiting'].includes(step.status));
      expect(open).toEqual([]);
    }
  });
});

test('what comes after the step that was cancelled is never begun', () => {
  expect(silent.count('/hang')).toBeGreaterThan(20);
  const called = silent.requests.map(({ path }) => /^\/after\/(\d+)$/.exec(path)?.[1]);
  expect(called.flatMap((index) => cases[Number(index)]?.name ?? [])).toEqual([]);
});
