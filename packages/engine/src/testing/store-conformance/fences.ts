import { createUuid } from '@navette/kit';
import { describe, expect, it } from 'vitest';
import { newExecution } from '../new-execution.ts';
import { finish, record, type StoreBench } from './store-bench.ts';

export function describeFences({ started }: StoreBench): void {
  describe('who may write no more', () => {
    it('refuses a stale owner: after a take-over nothing of it is written', async () => {
      const { store, execution, write, worker, registerWorker, buryWorker } = await started();
      await store.write(write({ create: execution }));
      expect(await buryWorker(worker)).toEqual([execution.id]);
      const other = createUuid();
      await registerWorker(other);
      const [claimed] = await store.claim({ workerId: other, limit: 1, ids: [execution.id] });
      expect(claimed).toMatchObject({ fence: 2, recoveredFrom: worker });
      expect(await store.write(write({ seq: 2, records: [record('late')] }))).toEqual({ outcome: 'fenced' });
      expect(await store.write(write({ seq: 2, handover: finish('failed') }))).toEqual({ outcome: 'fenced' });
      expect(await store.readOutcome(execution.id)).toMatchObject({ status: 'running' });
      expect(await store.readJournal(execution.id)).toHaveLength(1);
      expect(
        await store.write(write({ workerId: other, fence: 2, seq: 2, records: [record('new')] })),
      ).toEqual({
        outcome: 'written',
      });
    });

    it('refuses a dead worker even before anybody took over', async () => {
      const { store, execution, write, worker, buryWorker } = await started();
      await store.write(write({ create: execution }));
      await buryWorker(worker);
      expect(await store.write(write({ seq: 2 }))).toEqual({ outcome: 'fenced' });
      const fresh = newExecution();
      expect(await store.write(write({ executionId: fresh.id, create: fresh }))).toEqual({
        outcome: 'fenced',
      });
      expect(await store.readOutcome(fresh.id)).toBeUndefined();
      expect(await store.claim({ workerId: worker, limit: 5 })).toEqual([]);
    });

    it('writes nothing to an execution that has ended', async () => {
      const { store, execution, write } = await started();
      await store.write(write({ create: execution, handover: finish('succeeded') }));
      expect(await store.write(write({ seq: 2 }))).toEqual({ outcome: 'fenced' });
      expect(await store.write(write({ seq: 2, handover: finish('failed') }))).toEqual({ outcome: 'fenced' });
      expect(await store.readOutcome(execution.id)).toMatchObject({ status: 'succeeded' });
    });
  });
}
