import type { JournalRecord } from '@navette/contracts';
import type { ExecutionLimits } from '@navette/engine';
import { createUuid, deriveUuid, silentLogger } from '@navette/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PostgresExecutionStore } from '../execution/postgres-execution-store.ts';
import { queueDueWaits } from '../sql/due-waits.ts';
import {
  concurrencyOf,
  LimitFixture,
  newExecution,
  projectId,
  startRecord,
  workflowId,
} from './limit-fixture.ts';

let fixture: LimitFixture;
let worker: string;

beforeAll(async () => {
  fixture = await LimitFixture.open();
  worker = await fixture.registerWorker();
});
afterAll(() => fixture?.close());

const hourMs = 3_600_000;
const keyOf = (key: string) => ({ id: deriveUuid(workflowId, 'trigger', key), label: key });
const debounce = (key: string, maxWaitMs = 10 * hourMs): ExecutionLimits => ({
  trigger: { ...keyOf(key), kind: 'debounce', debounceMs: hourMs, maxWaitMs },
});
const throttle = (key: string): ExecutionLimits => ({
  trigger: { ...keyOf(key), kind: 'throttle', throttleMs: hourMs },
});

const trigger = (limits: ExecutionLimits, n: number, id = createUuid()) =>
  fixture.store.create(newExecution({ id, limits }), [startRecord('start', { n })]);

async function readInput(id: string): Promise<unknown> {
  const chunks = await fixture.store.readJournal(id);
  const start = chunks.flatMap((chunk) => chunk.records).find((record) => record.type === 'step-completed');
  return (start as Extract<JournalRecord, { type: 'step-completed' }>).outputs['main'];
}

/** What is due now may start; gives the ids. */
async function wake(): Promise<string[]> {
  const due = await queueDueWaits(fixture.database.pool, 100);
  await fixture.store.limits.sweep();
  return due;
}

describe('debounce', () => {
  test('one execution with the last input, once it is quiet', async () => {
    const id = createUuid();
    expect(await trigger(debounce('a'), 1, id)).toEqual({ outcome: 'written', state: 'delayed' });
    await fixture.passTime(hourMs - 1_000);
    expect(await wake()).toEqual([]);
    expect(await trigger(debounce('a'), 2)).toEqual({ outcome: 'merged', executionId: id });
    await fixture.passTime(hourMs - 1_000);
    expect(await wake()).toEqual([]);
    await fixture.passTime(2_000);
    expect(await wake()).toEqual([id]);
    expect(await readInput(id)).toEqual([{ json: { n: 2 } }]);
    const [claimed] = await fixture.store.claim({ workerId: worker, limit: 1, ids: [id] });
    expect(claimed).toMatchObject({ id, fence: 1 });
  });

  test('starts after the longest wait, however often it is triggered', async () => {
    const id = createUuid();
    await trigger(debounce('b', 2 * hourMs), 1, id);
    for (let n = 2; n < 5; n++) {
      await fixture.passTime(hourMs / 2);
      await trigger(debounce('b', 2 * hourMs), n);
      expect(await wake()).toEqual([]);
    }
    await fixture.passTime(hourMs / 2 + 1_000);
    expect(await wake()).toEqual([id]);
    expect(await readInput(id)).toEqual([{ json: { n: 4 } }]);
  });

  test('each key gathers for itself, and anew once one has started', async () => {
    const first = createUuid();
    await trigger(debounce('c'), 1, first);
    expect(await trigger(debounce('d'), 1)).toMatchObject({ state: 'delayed' });
    await fixture.passTime(hourMs + 1_000);
    expect(await wake()).toContain(first);
    expect(await trigger(debounce('c'), 2)).toEqual({ outcome: 'written', state: 'delayed' });
    expect(await readInput(first)).toEqual([{ json: { n: 1 } }]);
  });

  test('outlives the process', async () => {
    const id = createUuid();
    await trigger(debounce('e'), 1, id);
    const listener = { committed() {} };
    const other = new PostgresExecutionStore({ database: fixture.database, logger: silentLogger, listener });
    const execution = newExecution({ limits: debounce('e') });
    expect(await other.create(execution, [startRecord('start', { n: 2 })])).toEqual({
      outcome: 'merged',
      executionId: id,
    });
    await other.close();
    expect(await readInput(id)).toEqual([{ json: { n: 2 } }]);
  });

  test('many at once make one', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, (_, n) => trigger(debounce('f'), n)));
    expect(results.filter((result) => result.outcome === 'written')).toHaveLength(1);
    expect(results.filter((result) => result.outcome === 'merged')).toHaveLength(19);
  });

  test('a trigger that is sent twice with one key is not taken for a new one', async () => {
    const id = createUuid();
    const send = (executionId: string, n: number) =>
      fixture.store.create(
        newExecution({ id: executionId, limits: debounce('g'), idempotencyKey: 'order 7' }),
        [startRecord('start', { n })],
      );
    await send(id, 1);
    expect(await send(createUuid(), 2)).toEqual({ outcome: 'duplicate', executionId: id });
    expect(await readInput(id)).toEqual([{ json: { n: 1 } }]);
  });

  test('falls under the limit of the last input when its time has come', async () => {
    const busy = createUuid();
    await fixture.create({ id: busy, limits: concurrencyOf('debounced', 1) });
    const id = createUuid();
    await trigger({ ...debounce('h'), ...concurrencyOf('other', 1) }, 1, id);
    await trigger({ ...debounce('h'), ...concurrencyOf('debounced', 1) }, 2);
    await fixture.passTime(hourMs + 1_000);
    expect(await wake()).toContain(id);
    expect(await fixture.read(id)).toMatchObject({ status: 'queued', held: true });
    await fixture.store.requestCancel(projectId, busy);
    await fixture.until(async () => !(await fixture.read(id)).held);
  });

  test('can be cancelled while it gathers', async () => {
    const id = createUuid();
    await trigger(debounce('i'), 1, id);
    expect(await fixture.store.requestCancel(projectId, id)).toMatchObject({ outcome: 'cancelled' });
    expect(await trigger(debounce('i'), 2)).toEqual({ outcome: 'written', state: 'delayed' });
  });
});

describe('throttle', () => {
  test('the first starts at once, of those that follow one when the time is over', async () => {
    const later = createUuid();
    expect(await trigger(throttle('a'), 1)).toEqual({ outcome: 'written' });
    expect(await trigger(throttle('a'), 2, later)).toEqual({ outcome: 'written', state: 'delayed' });
    expect(await trigger(throttle('a'), 3)).toEqual({ outcome: 'merged', executionId: later });
    await fixture.passTime(hourMs - 1_000);
    expect(await wake()).not.toContain(later);
    await fixture.passTime(2_000);
    expect(await wake()).toContain(later);
    expect(await readInput(later)).toEqual([{ json: { n: 3 } }]);
    expect(await trigger(throttle('a'), 4)).toEqual({ outcome: 'written', state: 'delayed' });
  });

  test('after a pause the next one starts at once', async () => {
    await trigger(throttle('b'), 1);
    await fixture.passTime(hourMs + 1_000);
    expect(await trigger(throttle('b'), 2)).toEqual({ outcome: 'written' });
  });
});
