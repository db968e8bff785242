import { createUuid } from '@navette/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concurrencyOf, LimitFixture, projectId } from './limit-fixture.ts';

let fixture: LimitFixture;
let worker: string;

beforeAll(async () => {
  fixture = await LimitFixture.open();
  worker = await fixture.registerWorker();
});
afterAll(() => fixture?.close());

/** Queues executions of the customer, one after the other, and gives their ids. */
async function queue(customer: string, limit: number, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const id = createUuid();
    await fixture.create({ id, limits: concurrencyOf(customer, limit) });
    ids.push(id);
  }
  return ids;
}

const claimedIds = async (limit = 50) =>
  (await fixture.claim(worker, limit)).map((execution) => execution.id);

describe('a concurrency limit', () => {
  test('holds what is above it, per key, and says so to who creates it', async () => {
    const of = (customer: string) => ({ limits: concurrencyOf(customer, 1) });
    expect(await fixture.create(of('a'))).toEqual({ outcome: 'written' });
    expect(await fixture.create(of('a'))).toEqual({ outcome: 'written', state: 'held' });
    expect(await fixture.create(of('b'))).toEqual({ outcome: 'written' });
    const claimed = await fixture.claim(worker, 10);
    expect(claimed).toHaveLength(2);
    for (const execution of claimed) await fixture.finish(worker, execution);
    await fixture.until(() => fixture.ready.length === 1);
    const [last] = await fixture.claim(worker, 10);
    await fixture.finish(worker, last!);
  });

  test('lets the next one pass when one ends, in the order of age', async () => {
    const ids = await queue('order', 2, 5);
    const first = await fixture.claim(worker, 10);
    expect(first.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    await fixture.finish(worker, first[0]!);
    await fixture.until(async () => !(await fixture.read(ids[2]!)).held);
    expect((await fixture.read(ids[3]!)).held).toBe(true);
    expect(await claimedIds()).toEqual([ids[2]]);
  });

  test('a high priority overtakes those that are held', async () => {
    const [running, waiting] = await queue('priority', 1, 2);
    const urgent = createUuid();
    await fixture.create({ id: urgent, priority: 'high', limits: concurrencyOf('priority', 1) });
    const [claimed] = await fixture.claim(worker, 10);
    expect(claimed!.id).toBe(running);
    await fixture.finish(worker, claimed!);
    await fixture.until(async () => !(await fixture.read(urgent)).held);
    expect((await fixture.read(waiting!)).held).toBe(true);
  });

  test('a place stays with an execution whose worker dies', async () => {
    const doomed = await fixture.registerWorker();
    const ids = await queue('crash', 1, 2);
    const claimed = await fixture.store.claim({ workerId: doomed, limit: 10, ids });
    expect(claimed.map(({ id }) => id)).toEqual([ids[0]]);
    expect(await fixture.killWorker(doomed)).toEqual([ids[0]]);
    await fixture.store.limits.sweep();
    expect((await fixture.read(ids[1]!)).held).toBe(true);
    expect(await fixture.store.claim({ workerId: worker, limit: 10, ids })).toMatchObject([{ id: ids[0] }]);
  });

  test('who parks gives the place back, and waits for one when it wakes', async () => {
    const ids = await queue('parked', 1, 2);
    const [first] = await fixture.store.claim({ workerId: worker, limit: 1, ids });
    await fixture.park(worker, first!, Date.now() - 1);
    await fixture.until(async () => !(await fixture.read(ids[1]!)).held);
    const [second] = await fixture.store.claim({ workerId: worker, limit: 1, ids });
    expect(second!.id).toBe(ids[1]);
    await fixture.database.pool.query(`UPDATE executions SET status = 'queued' WHERE id = $1`, [ids[0]]);
    expect(await fixture.store.claim({ workerId: worker, limit: 1, ids })).toEqual([]);
    await fixture.finish(worker, second!);
    await fixture.until(async () => !(await fixture.read(ids[0]!)).held);
    expect(await fixture.store.claim({ workerId: worker, limit: 1, ids })).toMatchObject([{ id: ids[0] }]);
  });

  test('a cancelled execution gives its place back', async () => {
    const ids = await queue('cancelled', 1, 3);
    await fixture.store.requestCancel(projectId, ids[1]!);
    await fixture.store.requestCancel(projectId, ids[0]!);
    await fixture.until(async () => !(await fixture.read(ids[2]!)).held);
  });

  test('the sweep finds a place that nobody told of', async () => {
    const ids = await queue('forgotten', 1, 2);
    await fixture.database.pool.query(
      `UPDATE executions SET status = 'failed', finished_at = now() WHERE id = $1`,
      [ids[0]],
    );
    expect((await fixture.read(ids[1]!)).held).toBe(true);
    await fixture.store.limits.sweep();
    expect((await fixture.read(ids[1]!)).held).toBe(false);
    expect(fixture.ready).toContain(ids[1]);
  });

  test('several processes that look at once give each place once', async () => {
    const customers = Array.from({ length: 20 }, (_, index) => `crowd ${index}`);
    await Promise.all(customers.map((customer) => queue(customer, 2, 8)));
    const { pool } = fixture.database;
    const ofCrowd = `concurrency_id IN (SELECT id FROM limit_keys WHERE label LIKE 'customer=crowd %')`;
    await pool.query(`UPDATE executions SET status = 'failed', finished_at = now()
      WHERE held_by IS NULL AND status = 'queued' AND ${ofCrowd}`);
    const gates = Array.from({ length: 4 }, () => fixture.createGate());
    await Promise.all(gates.map((gate) => gate.sweep()));
    const { rows } = await pool.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM executions
       WHERE held_by IS NULL AND status = 'queued' AND ${ofCrowd} GROUP BY concurrency_id`,
    );
    expect(rows.map((row) => row.count)).toEqual(customers.map(() => 2));
  });

  test('a raised limit holds from the next execution on, for those before it too', async () => {
    const ids = await queue('raised', 1, 3);
    expect((await fixture.read(ids[1]!)).held).toBe(true);
    await queue('raised', 3, 1);
    await fixture.until(async () => {
      const rows = [...(await fixture.list(ids)).values()];
      return rows.every((row) => !row.held);
    });
  });

  test('children of an execution are held like others', async () => {
    const parent = createUuid();
    await fixture.create({ id: parent });
    const [claimed] = await fixture.store.claim({ workerId: worker, limit: 1, ids: [parent] });
    const children = [createUuid(), createUuid()].map((id) => ({
      execution: { ...claimed!, id, rootId: id, parentId: parent, limits: concurrencyOf('children', 1) },
      records: [],
    }));
    await fixture.store.write({
      executionId: parent,
      projectId,
      workflowId: claimed!.workflowId,
      execution: claimed!,
      workerId: worker,
      fence: claimed!.fence,
      seq: 2,
      records: [],
      children,
    });
    const held = [...(await fixture.list(children.map(({ execution }) => execution.id))).values()];
    expect(held.map((row) => row.held).sort()).toEqual([false, true]);
  });
});

describe('what overflows', () => {
  test('skip: ends at once as cancelled, with the reason', async () => {
    const first = createUuid();
    const second = createUuid();
    const limits = concurrencyOf('skip', 1, 'skip');
    expect(await fixture.create({ id: first, limits })).toEqual({ outcome: 'written' });
    expect(await fixture.create({ id: second, limits })).toEqual({ outcome: 'written', state: 'skipped' });
    expect(await fixture.read(second)).toMatchObject({
      status: 'cancelled',
      error: { code: 'EXECUTION_SKIPPED' },
    });
    const journal = await fixture.store.readJournal(second);
    expect(journal.flatMap((chunk) => chunk.records).at(-1)).toMatchObject({
      type: 'execution-finished',
      status: 'cancelled',
    });
  });

  test('skip: one that wakes is not skipped, it waits', async () => {
    const limits = concurrencyOf('skip-woken', 1, 'skip');
    const [old, young] = [createUuid(), createUuid()];
    await fixture.create({ id: old, limits });
    const [claimed] = await fixture.store.claim({ workerId: worker, limit: 1, ids: [old] });
    await fixture.park(worker, claimed!);
    expect(await fixture.create({ id: young, limits })).toEqual({ outcome: 'written' });
    await fixture.database.pool.query(`UPDATE executions SET status = 'queued' WHERE id = $1`, [old]);
    await fixture.store.limits.sweep();
    expect(await fixture.read(old)).toMatchObject({ status: 'queued', held: true });
  });

  test('cancel-oldest: the newest run, the others make room', async () => {
    const limits = concurrencyOf('replace', 1, 'cancel-oldest');
    const ids = [createUuid(), createUuid(), createUuid()];
    await fixture.create({ id: ids[0]!, limits, createdAt: 1_000 });
    const [running] = await fixture.store.claim({ workerId: worker, limit: 1, ids });
    expect(await fixture.create({ id: ids[1]!, limits, createdAt: 2_000 })).toEqual({
      outcome: 'written',
      state: 'held',
    });
    // The second goes before it began; the first is asked to stop and keeps its place until it has.
    await fixture.create({ id: ids[2]!, limits, createdAt: 3_000 });
    expect(await fixture.read(ids[1]!)).toMatchObject({
      status: 'cancelled',
      error: { code: 'EXECUTION_REPLACED' },
    });
    expect(await fixture.read(ids[2]!)).toMatchObject({ status: 'queued', held: true });
    const asked = await fixture.database.pool.query(
      'SELECT 1 FROM executions WHERE id = $1 AND cancel_requested_at IS NOT NULL',
      [ids[0]],
    );
    expect(asked.rowCount).toBe(1);
    await fixture.finish(worker, running!);
    await fixture.until(async () => !(await fixture.read(ids[2]!)).held);
  });
});
