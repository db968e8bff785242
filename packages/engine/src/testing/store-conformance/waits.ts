import { createUuid } from '@navette/kit';
import { describe, expect, it } from 'vitest';
import type { ConcurrencyGate } from '../../admission/execution-limits.ts';
import { newExecution } from '../new-execution.ts';
import type { StoreBench } from './store-bench.ts';

export function describeWaits({ started }: StoreBench): void {
  describe('what is parked or given back', () => {
    it('parks an execution until its time and gives it on with a higher fence', async () => {
      const { store, execution, write, worker, queueDueWaits } = await started();
      const wait = { kind: 'wait', wakeAt: Date.now() - 1_000, reason: 'Waits' } as const;
      await store.write(write({ create: execution }));
      expect(await store.write(write({ seq: 2, handover: wait }))).toEqual({ outcome: 'written' });
      expect(await queueDueWaits()).toContain(execution.id);
      const [claimed] = await store.claim({ workerId: worker, limit: 1, ids: [execution.id] });
      expect(claimed).toMatchObject({ id: execution.id, fence: 2, recoveredFrom: null });
    });

    it('gives a wait that is due to one worker, by name or because nothing else is there', async () => {
      const { store, worker, write } = await started();
      for (const ids of ['named', undefined]) {
        const execution = newExecution();
        const wait = { kind: 'wait', wakeAt: Date.now() - 1_000, reason: 'Waits' } as const;
        await store.write(write({ executionId: execution.id, create: execution, handover: wait }));
        const options = { workerId: worker, limit: 50, ...(ids ? { ids: [execution.id] } : {}) };
        const claims = await Promise.all([store.claim(options), store.claim(options)]);
        const mine = claims.flat().filter((claimed) => claimed.id === execution.id);
        expect(mine).toMatchObject([{ fence: 2, recoveredFrom: null, cancelRequested: false }]);
        const late = write({ executionId: execution.id, seq: 2, fence: 1 });
        expect(await store.write(late)).toEqual({ outcome: 'fenced' });
      }
    });

    it('gives what is queued before waits that are due, and those in the order of their time', async () => {
      const { store, worker, write } = await started();
      const [later, sooner, queued] = Array.from({ length: 3 }, () => newExecution());
      for (const [execution, lateMs] of [
        [later!, 1_000],
        [sooner!, 2_000],
      ] as const) {
        const wait = { kind: 'wait', wakeAt: Date.now() - lateMs, reason: 'Waits' } as const;
        await store.write(write({ executionId: execution.id, create: execution, handover: wait }));
      }
      await store.create(queued!, []);
      const order: string[] = [];
      for (let i = 0; i < 3; i++) {
        const claimed = await store.claim({ workerId: worker, limit: 1 });
        order.push(...claimed.map((execution) => execution.id));
      }
      expect(order).toEqual([queued!.id, sooner!.id, later!.id]);
    });

    it('leaves a due wait behind a limit to the queue', async () => {
      const { store, worker, execution, write, queueDueWaits, passLimits } = await started();
      const concurrency: ConcurrencyGate = { id: createUuid(), label: null, limit: 1, onOverflow: 'queue' };
      await store.create({ ...execution, limits: { concurrency } }, []);
      await store.claim({ workerId: worker, limit: 1, ids: [execution.id] });
      const wait = { kind: 'wait', wakeAt: Date.now() - 1_000, reason: 'Waits' } as const;
      expect(await store.write(write({ seq: 2, handover: wait }))).toEqual({ outcome: 'written' });
      const claim = () => store.claim({ workerId: worker, limit: 1, ids: [execution.id] });
      expect(await claim()).toEqual([]);
      await queueDueWaits();
      await passLimits?.();
      expect(await claim()).toMatchObject([{ id: execution.id, fence: 2 }]);
    });

    it('leaves a wait alone whose time has not come', async () => {
      const { store, execution, write, worker, queueDueWaits } = await started();
      const wait = { kind: 'wait', wakeAt: Date.now() + 3_600_000, reason: 'Waits' } as const;
      await store.write(write({ create: execution, handover: wait }));
      expect(await queueDueWaits()).not.toContain(execution.id);
      expect(await store.claim({ workerId: worker, limit: 1, ids: [execution.id] })).toEqual([]);
      expect(await store.readOutcome(execution.id)).toMatchObject({ status: 'waiting' });
    });

    it('releases an execution to whoever is free', async () => {
      const { store, execution, write, worker } = await started();
      await store.write(write({ create: execution, handover: { kind: 'release', reason: 'Stopping' } }));
      const [claimed] = await store.claim({ workerId: worker, limit: 1, ids: [execution.id] });
      expect(claimed).toMatchObject({ id: execution.id, recoveredFrom: null });
    });
  });
}
