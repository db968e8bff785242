import { createUuid } from '@navette/kit';
import { createTestDatabase, type TestDatabase } from '@navette/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import { claimQueued } from '../sql/claim.ts';
import { createQueued } from '../sql/create-queued.ts';
import { listQueued, nextQueued } from '../sql/next-queued.ts';
import { registerWorker } from '../sql/workers.ts';
import { FairTurns } from './fair-turns.ts';
import { type FairProject, FairWorld, jainIndex, percentile } from './fair-world.ts';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase({ connectionString: testDatabase.connectionString });
});
afterEach(() => database.pool.query('DELETE FROM executions'));
afterAll(async () => {
  await database?.close();
  await testDatabase?.drop();
});

async function createWorker(): Promise<string> {
  const id = createUuid();
  await registerWorker(database.pool, { id, instance: 'test', version: '0', pid: 1, host: 'test' });
  return id;
}

type Priority = 'high' | 'normal' | 'low';

async function queue(count: number, projectId: string, priority: Priority = 'normal'): Promise<string[]> {
  const creates = Array.from({ length: count }, () => {
    const id = createUuid();
    const other = { deadlineAt: null, idempotencyKey: null, retryOf: null, parentId: null, parentPath: null };
    const execution = {
      ...other,
      ...{ id, projectId, workflowId: projectId, versionId: projectId, mode: 'api' as const, priority },
      ...{ triggerNodeId: 'start', createdAt: Date.now(), rootId: id, depth: 0 },
    };
    return { execution, records: [] };
  });
  await createQueued(database.pool, creates);
  return creates.map(({ execution }) => execution.id);
}

const quiet = (index: number): FairProject => ({ name: `quiet ${index}`, arrivals: 0.04, duration: 20 });
const eight = Array.from({ length: 8 }, (_, index) => quiet(index));

describe('places over projects', () => {
  test('one of 9 projects has 100 times the load: all get what is theirs, and the quiet ones hardly wait', async () => {
    const places = 20; // one execution per tick
    const ticks = 400;
    const idle = new FairWorld(database.pool, eight, places);
    await idle.run(ticks);
    const loaded = new FairWorld(
      database.pool,
      [...eight, { name: 'loud', arrivals: 4, duration: 20 }],
      places,
    );
    await loaded.run(ticks);

    // What each may have: the quiet ones what they ask for, the loud one the rest.
    const asked = loaded.service.map(({ queued }) => queued);
    const quietAsked = asked.slice(0, 8).reduce((sum, count) => sum + count, 0);
    const entitled = [...asked.slice(0, 8), ticks - quietAsked];
    expect(entitled[8]).toBeLessThan(asked[8]! / 4);
    const served = loaded.service.map(({ claimed }, index) => claimed / entitled[index]!);
    expect(jainIndex(served)).toBeGreaterThanOrEqual(0.99);

    const sojourns = (world: FairWorld) => world.service.slice(0, 8).flatMap((project) => project.sojourns);
    const idleP95 = percentile(sojourns(idle), 0.95);
    expect(idleP95).toBe(20);
    expect(percentile(sojourns(loaded), 0.95)).toBeLessThan(2 * idleP95);
    expect(sojourns(loaded).length).toBeGreaterThan(100);
  });

  test('while all have a backlog, the one with 100 times as much gets no more', async () => {
    const projects = Array.from({ length: 9 }, (_, index) => ({
      ...{ name: `p${index}`, arrivals: 0, duration: 1, backlog: index === 0 ? 2_000 : 20 },
    }));
    const world = new FairWorld(database.pool, projects, 4);
    await world.run(40);
    expect(world.service.reduce((sum, project) => sum + project.claimed, 0)).toBe(160);
    expect(jainIndex(world.service.map((project) => project.claimed))).toBeGreaterThanOrEqual(0.99);
  });

  test('weights share what is given in their ratio, also when there is only one place', async () => {
    const create = (name: string, weight: number) => ({
      name,
      weight,
      arrivals: 0,
      backlog: 200,
      duration: 1,
    });
    const world = new FairWorld(
      database.pool,
      [create('three', 3), create('one', 1), create('half', 0.5)],
      1,
    );
    await world.run(90);
    expect(world.service.map((project) => project.claimed)).toEqual([60, 20, 10]);
  });

  test('a project with long executions does not keep the places', async () => {
    const world = new FairWorld(
      database.pool,
      [
        { name: 'long', arrivals: 0, backlog: 300, duration: 50 },
        { name: 'short', arrivals: 0, backlog: 1_500, duration: 1 },
      ],
      10,
    );
    await world.run(120);
    const [long, short] = world.service.map((project) => project.placeTicks);
    expect(jainIndex([long!, short!])).toBeGreaterThan(0.99);
  });

  test('who had nothing queued has saved nothing up', async () => {
    const turns = new FairTurns();
    const worker = await createWorker();
    const [busy, late] = [createUuid(), createUuid()];
    const ids = await queue(60, busy);
    await claimQueued(database.pool, { workerId: worker, limit: 30, turns });
    await database.pool.query(`UPDATE executions SET status = 'succeeded', owner = NULL, finished_at = now()
      WHERE status = 'running'`);
    await queue(30, late);
    const next = await claimQueued(database.pool, { workerId: worker, limit: 20, turns });
    const ofBusy = next.filter((row) => ids.includes(row.id)).length;
    expect(ofBusy).toBeGreaterThanOrEqual(9);
    expect(ofBusy).toBeLessThanOrEqual(11);
  });
});

describe('the order within a project', () => {
  test('with 100 normal ones queued, a high one is next, and a low one last', async () => {
    const projectId = createUuid();
    const worker = await createWorker();
    const [low] = await queue(1, projectId, 'low');
    const normal = await queue(100, projectId);
    const [high] = await queue(1, projectId, 'high');
    const claim = (limit: number) =>
      claimQueued(database.pool, { workerId: worker, limit, turns: new FairTurns() });
    expect((await claim(1)).map((row) => row.id)).toEqual([high]);
    expect((await claim(1)).map((row) => row.id)).toEqual([normal[0]]);
    expect((await claim(99)).map((row) => row.id).sort()).toEqual(normal.slice(1).sort());
    expect((await claim(5)).map((row) => row.id)).toEqual([low]);
  });
});

describe('claims at the same time', () => {
  test('each gets what it asked for, and no execution twice', async () => {
    const projects = [createUuid(), createUuid(), createUuid()];
    for (const projectId of projects) await queue(60, projectId);
    const workers = await Promise.all(Array.from({ length: 8 }, createWorker));
    const claims = await Promise.all(
      workers.map((workerId) => claimQueued(database.pool, { workerId, limit: 15, turns: new FairTurns() })),
    );
    expect(claims.map((rows) => rows.length)).toEqual(workers.map(() => 15));
    const ids = claims.flatMap((rows) => rows.map((row) => row.id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('a dead worker gets nothing', async () => {
    await queue(3, createUuid());
    const turns = new FairTurns();
    expect(await claimQueued(database.pool, { workerId: createUuid(), limit: 2, turns })).toEqual([]);
  });

  test('versions that the worker leaves to others stand in nobody’s way', async () => {
    const [refused, other] = [createUuid(), createUuid()];
    await queue(50, refused);
    const [mine] = await queue(1, other);
    const worker = await createWorker();
    const request = { workerId: worker, limit: 2, exceptVersionIds: [refused], turns: new FairTurns() };
    expect((await claimQueued(database.pool, request)).map((row) => row.id)).toEqual([mine]);
    expect(await claimQueued(database.pool, { ...request, ids: [mine!] })).toEqual([]);
  });
});

describe('what a queue outside of Postgres should hold', () => {
  test('is the fair order without what it holds, which counts as places', async () => {
    const [loud, silent] = [createUuid(), createUuid()];
    await queue(100, loud);
    const turns = new FairTurns();
    const first = await nextQueued(database.pool, { limit: 4, excluding: [], turns });
    expect(first.map((row) => row.project_id)).toEqual([loud, loud, loud, loud]);
    await queue(10, silent);
    const excluding = first.map(({ id, fence }) => ({ id, fence }));
    const second = await nextQueued(database.pool, { limit: 4, excluding, turns });
    expect(second.map((row) => row.project_id)).toEqual([silent, silent, silent, silent]);
    expect(second.every((row) => row.priority === 0 && row.fence === 0)).toBe(true);
    const [urgent] = await queue(1, silent, 'high');
    expect(await listQueued(database.pool, [urgent!, createUuid()])).toEqual([
      { id: urgent, fence: 0, project_id: silent, priority: 1 },
    ]);
  });
});
