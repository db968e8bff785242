import { createUuid } from '@navette/kit';
import { describe, expect, it } from 'vitest';
import { newExecution } from '../new-execution.ts';
import { record, type StoreBench } from './store-bench.ts';

export function describeCancels({ started }: StoreBench): void {
  describe('what is cancelled', () => {
    it('cancels what is queued or waiting at once, and marks what runs', async () => {
      const { store, execution, write, worker } = await started();
      await store.create(execution, [record('start')]);
      const { projectId, id } = execution;
      expect(await store.requestCancel(createUuid(), id)).toEqual({ outcome: 'unknown', children: [] });
      expect(await store.requestCancel(projectId, id)).toEqual({ outcome: 'cancelled', children: [] });
      expect(await store.requestCancel(projectId, id)).toEqual({ outcome: 'finished', children: [] });
      expect(await store.claim({ workerId: worker, limit: 1, ids: [id] })).toEqual([]);
      expect((await store.readJournal(id)).at(-1)!.records).toMatchObject([
        { type: 'execution-finished', status: 'cancelled' },
      ]);
      const running = newExecution();
      await store.write(write({ executionId: running.id, create: running }));
      expect(await store.requestCancel(projectId, running.id)).toEqual({
        outcome: 'requested',
        children: [],
      });
      const wait = { kind: 'wait', wakeAt: null, reason: 'Waits' } as const;
      const parked = await store.write(write({ executionId: running.id, seq: 2, handover: wait }));
      expect(parked).toEqual({ outcome: 'written', requeued: true });
      const [claimed] = await store.claim({ workerId: worker, limit: 1, ids: [running.id] });
      expect(claimed).toMatchObject({ cancelRequested: true });
    });

    it('names the open children of a cancelled execution and wakes a waiting parent', async () => {
      const { store, execution, write, worker } = await started();
      const child = newExecution({ parentId: execution.id });
      const wait = { kind: 'wait', wakeAt: null, reason: 'Waits' } as const;
      await store.write(write({ create: execution, children: [{ execution: child, records: [] }] }));
      await store.write(write({ seq: 2, handover: wait }));
      expect(await store.requestCancel(child.projectId, child.id)).toMatchObject({ outcome: 'cancelled' });
      expect(await store.readOutcome(execution.id)).toMatchObject({ status: 'queued' });
      const other = newExecution({ parentId: execution.id });
      await store.create(other, []);
      const parked = newExecution({ parentId: execution.id });
      await store.write(write({ executionId: parked.id, create: parked }));
      await store.write(write({ executionId: parked.id, seq: 2, handover: wait }));
      const ids = [other.id, parked.id];
      const cancelled = await store.requestCancel(execution.projectId, execution.id);
      expect(cancelled.outcome).toBe('cancelled');
      expect(cancelled.children.toSorted()).toEqual(ids.toSorted());
      // They have heard of it, even if whoever asked is gone before it comes to them.
      const claimed = await store.claim({ workerId: worker, limit: 2, ids });
      expect(claimed.map(({ cancelRequested }) => cancelRequested)).toEqual([true, true]);
    });
  });
}
