import { createUuid } from '@navette/kit';
import { describe, expect, it } from 'vitest';
import { newExecution } from '../new-execution.ts';
import { record, type StoreBench } from './store-bench.ts';

export function describeClaims({ started }: StoreBench): void {
  describe('what is queued, and who gets it', () => {
    it('reads the journals of many as it reads each of them', async () => {
      const { store, worker } = await started();
      const executions = Array.from({ length: 3 }, () => newExecution());
      for (const execution of executions) await store.create(execution, [record(execution.id)]);
      const ids = executions.map(({ id }) => id);
      const [first] = await store.claim({ workerId: worker, limit: 1, ids: ids.slice(0, 1) });
      await store.write({
        ...{ executionId: first!.id, projectId: first!.projectId, workflowId: first!.workflowId },
        ...{ workerId: worker, fence: 1, seq: 2, records: [record('second'), record('third')] },
      });
      const journals = await store.readJournals(ids);
      expect([...journals.keys()].sort()).toEqual([...ids].sort());
      for (const id of ids) expect(journals.get(id)).toEqual(await store.readJournal(id));
    });

    it('keeps a queued execution with its first records and gives it to one worker', async () => {
      const { store, worker, execution } = await started();
      expect(await store.create(execution, [record('start')])).toEqual({ outcome: 'written' });
      const [first, second] = await Promise.all([
        store.claim({ workerId: worker, limit: 10, ids: [execution.id] }),
        store.claim({ workerId: worker, limit: 10, ids: [execution.id] }),
      ]);
      expect([...first, ...second]).toEqual([
        { ...execution, fence: 1, recoveredFrom: null, cancelRequested: false },
      ]);
      expect(await store.readJournal(execution.id)).toEqual([{ seq: 1, records: [record('start')] }]);
    });

    it('leaves versions that a worker cannot run to others, named or not', async () => {
      const { store, worker } = await started();
      const exceptVersionIds = [createUuid()];
      const refused = newExecution({ versionId: exceptVersionIds[0]! });
      const other = newExecution();
      await store.create(refused, []);
      await store.create(other, []);
      const ids = [refused.id, other.id];
      const claimed = await store.claim({ workerId: worker, limit: 10, ids, exceptVersionIds });
      expect(claimed.map((execution) => execution.id)).toEqual([other.id]);
      const first = await store.claim({ workerId: worker, limit: 1_000, exceptVersionIds });
      expect(first.map((execution) => execution.id)).not.toContain(refused.id);
      const taken = await store.claim({ workerId: worker, limit: 10, ids: [refused.id] });
      expect(taken.map((execution) => execution.id)).toEqual([refused.id]);
    });

    it('gives no project more than its bound, named or not, and leaves the rest where it is', async () => {
      const { store, worker, write } = await started();
      // What earlier tests left.
      while ((await store.claim({ workerId: worker, limit: 1_000 })).length > 0);
      const [loud, quiet, waiting] = [createUuid(), createUuid(), createUuid()];
      const ids: string[] = [];
      for (const projectId of [loud, loud, loud, loud, quiet]) {
        const execution = newExecution({ projectId });
        ids.push(execution.id);
        await store.create(execution, []);
      }
      for (let count = 0; count < 3; count++) {
        const execution = newExecution({ projectId: waiting });
        ids.push(execution.id);
        const wait = { kind: 'wait', wakeAt: Date.now() - 1_000, reason: 'Waits' } as const;
        const { id: executionId, projectId } = execution;
        await store.write(write({ executionId, projectId, create: execution, handover: wait }));
      }
      const countByProject = async (most: number, byName: boolean) => {
        const perProject = { most, held: new Map([[loud, 1]]) };
        const named = byName ? { ids } : {};
        const claimed = await store.claim({ workerId: worker, limit: 10, perProject, ...named });
        return [loud, quiet, waiting].map((id) => claimed.filter(({ projectId }) => projectId === id).length);
      };
      expect(await countByProject(1, false)).toEqual([0, 1, 1]);
      expect(await countByProject(2, true)).toEqual([1, 0, 2]);
      expect(await countByProject(1, true)).toEqual([0, 0, 0]);
      expect(await countByProject(3, false)).toEqual([2, 0, 0]);
      expect(await countByProject(10, true)).toEqual([1, 0, 0]);
    });

    it('gives a project that holds nothing a place before one that holds many', async () => {
      const { store, worker } = await started();
      while ((await store.claim({ workerId: worker, limit: 1_000 })).length > 0);
      const [loud, quiet] = [createUuid(), createUuid()];
      for (let count = 0; count < 8; count++) await store.create(newExecution({ projectId: loud }), []);
      await store.claim({ workerId: worker, limit: 4 });
      await store.create(newExecution({ projectId: quiet }), []);
      const claimed = await store.claim({ workerId: worker, limit: 2 });
      expect(claimed.map(({ projectId }) => projectId).sort()).toEqual([loud, quiet].sort());
      expect(await store.claim({ workerId: worker, limit: 10 })).toHaveLength(3);
    });

    it('gives a high priority first and a low one last', async () => {
      const { store, worker } = await started();
      const executions = (['low', 'normal', 'high'] as const).map((priority) => newExecution({ priority }));
      for (const execution of executions) await store.create(execution, []);
      const ids = executions.map(({ id }) => id);
      const claimed: string[] = [];
      for (let place = 0; place < 3; place++) {
        const [execution] = await store.claim({ workerId: worker, limit: 1, ids });
        claimed.push(execution!.id);
      }
      expect(claimed).toEqual([...ids].reverse());
    });
  });
}
