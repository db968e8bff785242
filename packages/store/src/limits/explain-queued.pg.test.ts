import { createUuid, deriveUuid } from '@navette/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { explainQueued } from '../repositories/explain-queued.ts';
import { createQueryBuilder } from '../repositories/query-builder.ts';
import { concurrencyOf, LimitFixture, projectId, workflowId } from './limit-fixture.ts';

let fixture: LimitFixture;

beforeAll(async () => {
  fixture = await LimitFixture.open();
});
afterAll(() => fixture?.close());

async function explain(ids: readonly string[], stored = 'Waits for a free worker') {
  const db = createQueryBuilder(fixture.database.pool);
  const found = await explainQueued(db, projectId, new Map(ids.map((id) => [id, stored])));
  return ids.map((id) => found.get(id));
}

test('says behind which limit, for which key and at which place', async () => {
  const ids = Array.from({ length: 4 }, () => createUuid());
  for (const id of ids) await fixture.create({ id, limits: concurrencyOf('acme', 1) });
  const urgent = createUuid();
  await fixture.create({ id: urgent, priority: 'high', limits: concurrencyOf('acme', 1) });
  const held = { limit: 1, key: 'customer=acme' };
  expect(await explain([...ids.slice(1), urgent])).toEqual([
    {
      reason: 'Waits behind 1 other: limit 1 for customer=acme, place 2',
      why: { code: 'queued-concurrency', params: { ...held, place: 2, ahead: 1 } },
    },
    {
      reason: 'Waits behind 2 others: limit 1 for customer=acme, place 3',
      why: { code: 'queued-concurrency', params: { ...held, place: 3, ahead: 2 } },
    },
    {
      reason: 'Waits behind 3 others: limit 1 for customer=acme, place 4',
      why: { code: 'queued-concurrency', params: { ...held, place: 4, ahead: 3 } },
    },
    {
      reason: 'Waits for a place: limit 1 for customer=acme, place 1',
      why: { code: 'queued-concurrency', params: { ...held, place: 1, ahead: 0 } },
    },
  ]);
  await fixture.database.pool.query('DELETE FROM executions');
});

test('says which rate, and when the next one may start', async () => {
  const id = deriveUuid(workflowId, 'rate', 'explained');
  const limits = { rate: { id, label: null, limit: 1, intervalMs: 60_000, onOverflow: 'queue' as const } };
  const [first, second] = [createUuid(), createUuid()];
  await fixture.create({ id: first, limits });
  await fixture.create({ id: second, limits });
  const [explanation] = await explain([second]);
  expect(explanation!.reason).toMatch(
    /^Waits for its turn: at most 1 in 1 min, place 1, the next one from 20/,
  );
  expect(explanation!.why).toMatchObject({
    code: 'queued-rate',
    params: { place: 1, ahead: 0, limit: 1, intervalMs: 60_000 },
  });
  await fixture.database.pool.query('DELETE FROM executions');
});

test('says the place before a free worker, and keeps what else is known', async () => {
  const ids = [createUuid(), createUuid()];
  for (const id of ids) await fixture.create({ id });
  await fixture.create({ projectId: createUuid() });
  expect(await explain(ids)).toMatchObject([
    { reason: 'Waits for a free worker, place 1', why: { code: 'queued-worker', params: { place: 1 } } },
    { reason: 'Waits for a free worker, place 2', why: { code: 'queued-worker', params: { place: 2 } } },
  ]);
  expect(await explain([ids[1]!], 'Its worker stopped; waits for another one')).toMatchObject([
    { reason: 'Its worker stopped; waits for another one, place 2' },
  ]);
  const stranger = await explainQueued(
    createQueryBuilder(fixture.database.pool),
    createUuid(),
    new Map([[ids[0]!, null]]),
  );
  expect(stranger.size).toBe(0);
});

test('does not count further than makes sense', async () => {
  await fixture.database.pool.query(
    `INSERT INTO executions (id, project_id, workflow_id, version_id, status, mode, trigger_node_id, created_at, root_id)
     SELECT gen_random_uuid(), $1, $1, $1, 'queued', 'api', 'start', now() - interval '1 hour', gen_random_uuid()
     FROM generate_series(1, 1500)`,
    [projectId],
  );
  const id = createUuid();
  await fixture.create({ id });
  expect(await explain([id])).toMatchObject([
    {
      reason: 'Waits for a free worker, place 1001 or later',
      why: { params: { place: 1_001, orLater: 1 } },
    },
  ]);
});
