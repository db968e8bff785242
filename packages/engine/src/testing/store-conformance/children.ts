import { describe, expect, it } from 'vitest';
import { newExecution } from '../new-execution.ts';
import { finish, record, type StoreBench } from './store-bench.ts';

export function describeChildren({ started }: StoreBench): void {
  describe('executions that others started', () => {
    it('queues children with the write that makes them, once', async () => {
      const { store, execution, write, worker } = await started();
      const child = newExecution({ parentId: execution.id, parentPath: 'call', depth: 1 });
      const children = [{ execution: child, records: [record('start')] }];
      await store.write(write({ create: execution, children }));
      expect(await store.write(write({ seq: 2, children }))).toEqual({ outcome: 'written' });
      const claimed = await store.claim({ workerId: worker, limit: 5, ids: [child.id] });
      expect(claimed).toHaveLength(1);
      expect(await store.readJournal(child.id)).toEqual([{ seq: 1, records: [record('start')] }]);
    });

    it('makes no child when the write is refused', async () => {
      const { store, execution, write, worker, buryWorker } = await started();
      await store.write(write({ create: execution }));
      await buryWorker(worker);
      const child = newExecution({ parentId: execution.id });
      const refused = write({ seq: 2, children: [{ execution: child, records: [] }] });
      expect(await store.write(refused)).toEqual({ outcome: 'fenced' });
      expect(await store.readOutcome(child.id)).toBeUndefined();
    });

    it('wakes a parked parent when its child ends', async () => {
      const { store, execution, write, worker } = await started();
      const child = newExecution({ parentId: execution.id });
      const wait = { kind: 'wait', wakeAt: null, reason: 'Waits for a child' } as const;
      await store.write(write({ create: execution, children: [{ execution: child, records: [] }] }));
      await store.write(write({ seq: 2, handover: wait }));
      const [claimed] = await store.claim({ workerId: worker, limit: 1, ids: [child.id] });
      const end = { executionId: child.id, fence: claimed!.fence, seq: 2, handover: finish('succeeded') };
      await store.write(write({ ...end, wakeParent: execution.id }));
      expect(await store.readOutcome(execution.id)).toMatchObject({ status: 'queued' });
    });

    it('does not lose a child that ends before its parent parks', async () => {
      const { store, execution, write, worker } = await started();
      const child = newExecution({ parentId: execution.id });
      await store.write(write({ create: execution, children: [{ execution: child, records: [] }] }));
      const [claimed] = await store.claim({ workerId: worker, limit: 1, ids: [child.id] });
      const end = { executionId: child.id, fence: claimed!.fence, seq: 2, handover: finish('failed') };
      await store.write(write({ ...end, wakeParent: execution.id }));
      const wait = { kind: 'wait', wakeAt: null, reason: 'Waits for a child' } as const;
      expect(await store.write(write({ seq: 2, handover: wait }))).toEqual({
        outcome: 'written',
        requeued: true,
      });
      expect(await store.readOutcome(execution.id)).toMatchObject({ status: 'queued' });
    });
  });
}
