import type { ExecutionLimits } from '@navette/engine';
import { createUuid, deriveUuid } from '@navette/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { concurrencyOf, LimitFixture, workflowId } from './limit-fixture.ts';

let fixture: LimitFixture;
let worker: string;

beforeAll(async () => {
  fixture = await LimitFixture.open();
  worker = await fixture.registerWorker();
});
afterAll(() => fixture?.close());

const hourMs = 3_600_000;

function rateOf(
  customer: string,
  limit: number,
  intervalMs = hourMs,
  onOverflow: 'queue' | 'skip' = 'queue',
): ExecutionLimits {
  const id = deriveUuid(workflowId, 'rate', customer);
  return { rate: { id, label: `customer=${customer}`, limit, intervalMs, onOverflow } };
}

async function queue(limits: ExecutionLimits, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const id = createUuid();
    await fixture.create({ id, limits });
    ids.push(id);
  }
  return ids;
}

const isHeld = async (ids: readonly string[]) => {
  const rows = await fixture.list(ids);
  return ids.map((id) => rows.get(id)!.held);
};

test('so many pass within the interval; the next when the oldest start is that long ago', async () => {
  const ids = await queue(rateOf('a', 2), 4);
  expect(await isHeld(ids)).toEqual([false, false, true, true]);
  const [first] = await fixture.store.claim({ workerId: worker, limit: 1, ids });
  await fixture.finish(worker, first!);
  await fixture.passTime(hourMs / 2);
  await fixture.store.claim({ workerId: worker, limit: 1, ids });
  await fixture.store.limits.sweep();
  expect(await isHeld(ids.slice(2))).toEqual([true, true]);
  await fixture.passTime(hourMs / 2 + 1_000);
  await fixture.store.limits.sweep();
  expect(await isHeld(ids.slice(2))).toEqual([false, true]);
  await fixture.passTime(hourMs / 2 + 1_000);
  await fixture.store.limits.sweep();
  expect(await isHeld(ids.slice(2))).toEqual([false, false]);
});

test('one that passed and has not started counts, however long ago it passed', async () => {
  const ids = await queue(rateOf('b', 1), 2);
  await fixture.passTime(3 * hourMs);
  await fixture.store.limits.sweep();
  expect(await isHeld(ids)).toEqual([false, true]);
});

test('an execution that starts again after a crash is not a second start', async () => {
  const doomed = await fixture.registerWorker();
  const ids = await queue(rateOf('c', 1), 2);
  await fixture.store.claim({ workerId: doomed, limit: 1, ids });
  await fixture.passTime(hourMs + 1_000);
  await fixture.killWorker(doomed);
  await fixture.store.limits.sweep();
  expect(await isHeld(ids)).toEqual([false, false]);
});

test('skip: what is too much ends as cancelled', async () => {
  const limits = rateOf('d', 1, hourMs, 'skip');
  await queue(limits, 1);
  const id = createUuid();
  expect(await fixture.create({ id, limits })).toEqual({ outcome: 'written', state: 'skipped' });
  expect(await fixture.read(id)).toMatchObject({
    status: 'cancelled',
    error: { code: 'EXECUTION_SKIPPED' },
  });
});

test('with a concurrency limit: a place is held while the rate is waited for, and starts are counted', async () => {
  const limits = { ...rateOf('e', 1), ...concurrencyOf('e', 2) };
  const ids = await queue(limits, 3);
  expect(await isHeld(ids)).toEqual([false, true, true]);
  const held = async () =>
    (
      await fixture.database.pool.query<{ by: string }>(
        `SELECT k.kind AS by FROM executions e JOIN limit_keys k ON k.id = e.held_by
         WHERE e.id = ANY ($1::uuid[]) ORDER BY e.id`,
        [ids],
      )
    ).rows.map((row) => row.by);
  expect(await held()).toEqual(['rate', 'concurrency']);
  const [first] = await fixture.store.claim({ workerId: worker, limit: 1, ids });
  await fixture.finish(worker, first!);
  await fixture.until(async () => (await held()).join() === 'rate,rate');
  await fixture.passTime(hourMs + 1_000);
  await fixture.store.limits.sweep();
  expect(await isHeld(ids.slice(1))).toEqual([false, true]);
});

test('no window of the interval has more starts, with several workers at once', async () => {
  const intervalMs = 250;
  const limit = 3;
  const ids = await queue(rateOf('f', limit, intervalMs), 12);
  const workers = [worker, await fixture.registerWorker(), await fixture.registerWorker()];
  let started = 0;
  await fixture.until(async () => {
    const turns = workers.map(async (workerId) => {
      await fixture.store.limits.sweep();
      const claimed = await fixture.store.claim({ workerId, limit: 2, ids });
      started += claimed.length;
    });
    await Promise.all(turns);
    return started === ids.length;
  });
  const { rows } = await fixture.database.pool.query<{ most: number }>(
    `SELECT max((SELECT count(*) FROM executions o WHERE o.id = ANY ($1::uuid[])
        AND o.started_at > e.started_at - make_interval(secs => $2::float8 / 1000) AND o.started_at <= e.started_at))::int AS most
     FROM executions e WHERE e.id = ANY ($1::uuid[])`,
    [ids, intervalMs],
  );
  expect(rows[0]!.most).toBeLessThanOrEqual(limit);
});
