/** Several workers claim, end, park, wake, cancel and die in random order and at the same time: the limits hold. */
import type { ClaimedExecution } from '@navette/engine';
import { createUuid } from '@navette/kit';
import { failOnUnheardRejections } from '@navette/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { concurrencyOf, LimitFixture, projectId } from './limit-fixture.ts';

failOnUnheardRejections(afterAll);

let fixture: LimitFixture;

beforeAll(async () => {
  fixture = await LimitFixture.open();
});
afterAll(() => fixture?.close());

const workerCount = 3;
const limits = [1, 2, 3] as const;

type Step =
  | { do: 'create'; key: number; high: boolean }
  | { do: 'claim'; worker: number; count: number }
  | { do: 'finish' | 'park'; worker: number }
  | { do: 'kill'; worker: number }
  | { do: 'cancel'; pick: number }
  | { do: 'wake' | 'sweep' };

const worker = fc.nat({ max: workerCount - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      key: fc.nat({ max: 2 }),
      high: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('claim' as const),
      worker,
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('finish' as const, 'park' as const), worker }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const), worker }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), pick: fc.nat({ max: 50 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('wake' as const, 'sweep' as const) }) },
);
/** What each list holds happens at the same time. */
const plan = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 5, maxLength: 12 });

class Storm {
  readonly run = createUuid();
  readonly workers: string[] = [];
  readonly owned: ClaimedExecution[][] = [];
  readonly ids: string[] = [];

  async open(): Promise<void> {
    for (let index = 0; index < workerCount; index++) {
      this.workers.push(await fixture.registerWorker());
      this.owned.push([]);
    }
  }

  async act(one: Step): Promise<void> {
    switch (one.do) {
      case 'create': {
        const id = createUuid();
        this.ids.push(id);
        const limit = concurrencyOf(`${this.run} ${one.key}`, limits[one.key]!);
        await fixture.create({ id, limits: limit, ...(one.high ? { priority: 'high' as const } : {}) });
        return;
      }
      case 'claim': {
        const workerId = this.workers[one.worker]!;
        const claimed = await fixture.store.claim({ workerId, limit: one.count, ids: this.ids });
        this.owned[one.worker]!.push(...claimed);
        return;
      }
      case 'finish':
      case 'park': {
        const execution = this.owned[one.worker]!.shift();
        if (execution) await fixture[one.do](this.workers[one.worker]!, execution);
        return;
      }
      case 'kill':
        await fixture.killWorker(this.workers[one.worker]!);
        this.owned[one.worker] = [];
        this.workers[one.worker] = await fixture.registerWorker();
        return;
      case 'cancel': {
        const id = this.ids[one.pick];
        if (id) await fixture.store.requestCancel(projectId, id);
        return;
      }
      case 'wake':
        await fixture.database.pool.query(
          `UPDATE executions SET status = 'queued' WHERE id = ANY ($1::uuid[]) AND status = 'waiting'`,
          [this.ids],
        );
        return;
      case 'sweep':
        await fixture.store.limits.sweep();
    }
  }

  /** Executions at work under each key, at the moment. */
  async countRunning(): Promise<number[]> {
    const keys = limits.map((limit, key) => concurrencyOf(`${this.run} ${key}`, limit).concurrency!.id);
    const { rows } = await fixture.database.pool.query<{ count: number }>(
      `SELECT (SELECT count(*)::int FROM executions WHERE concurrency_id = k.id AND status = 'running') AS count
       FROM unnest($1::uuid[]) WITH ORDINALITY AS k(id, n) ORDER BY n`,
      [keys],
    );
    return rows.map((row) => row.count);
  }

  /** Works off everything: nothing may stay behind a limit for ever. */
  async drain(): Promise<void> {
    await fixture.until(async () => {
      await this.act({ do: 'wake' });
      await fixture.store.limits.sweep();
      for (let index = 0; index < workerCount; index++) {
        await this.act({ do: 'claim', worker: index, count: 10 });
        for (const execution of this.owned[index]!.splice(0))
          await fixture.finish(this.workers[index]!, execution);
      }
      const rows = [...(await fixture.list(this.ids)).values()];
      return rows.every(({ status }) => status === 'succeeded' || status === 'cancelled');
    });
  }
}

test('never more at work than the limit of a key says, and all of them end', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (rounds) => {
      const storm = new Storm();
      await storm.open();
      for (const round of rounds) {
        await Promise.all(round.map((one) => storm.act(one)));
        const running = await storm.countRunning();
        for (const [key, count] of running.entries()) expect(count).toBeLessThanOrEqual(limits[key]!);
      }
      await storm.drain();
    }),
    { numRuns: 40, endOnFailure: true },
  );
}, 120_000);
