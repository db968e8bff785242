import { createUuid, deriveUuid } from '@navette/kit';
import { describe, expect, it } from 'vitest';
import type { ConcurrencyGate } from '../../admission/execution-limits.ts';
import type { NewExecution } from '../../ports.ts';
import { newExecution } from '../new-execution.ts';
import { finish, type StoreBench } from './store-bench.ts';

export function describeLimits({ started }: StoreBench): void {
  describe('what is held behind limits', () => {
    const limited = (
      name: string,
      onOverflow: ConcurrencyGate['onOverflow'],
      over: Partial<NewExecution> = {},
    ) => {
      const id = deriveUuid(name);
      return newExecution({ limits: { concurrency: { id, label: name, limit: 1, onOverflow } }, ...over });
    };

    it('holds what is above a concurrency limit, and lets it pass when one ends, parks or is cancelled', async () => {
      const { passLimits, store, worker, write } = await started();
      const name = createUuid();
      const executions = Array.from({ length: 4 }, () => limited(name, 'queue'));
      const ids = executions.map(({ id }) => id);
      expect(await store.create(executions[0]!, [])).toEqual({ outcome: 'written' });
      for (const execution of executions.slice(1))
        expect(await store.create(execution, [])).toEqual({ outcome: 'written', state: 'held' });
      const claim = async () => {
        await passLimits?.();
        return (await store.claim({ workerId: worker, limit: 10, ids })).map(({ id }) => id);
      };
      const act = { records: [], seq: 2 };
      expect(await claim()).toEqual([ids[0]]);
      expect(await claim()).toEqual([]);
      await store.write(write({ ...act, executionId: ids[0]!, handover: finish('failed') }));
      expect(await claim()).toEqual([ids[1]]);
      const wait = { kind: 'wait', wakeAt: null, reason: 'Waits' } as const;
      await store.write(write({ ...act, executionId: ids[1]!, handover: wait }));
      expect(await claim()).toEqual([ids[2]]);
      const release = { kind: 'release', reason: 'Stopping' } as const;
      await store.write(write({ ...act, executionId: ids[2]!, handover: release }));
      await store.requestCancel(executions[2]!.projectId, ids[2]!);
      expect(await claim()).toEqual([ids[3]]);
    });

    it('keeps the place of an execution whose worker died', async () => {
      const { buryWorker, passLimits, registerWorker, store, worker } = await started();
      const name = createUuid();
      const [first, second] = [limited(name, 'queue'), limited(name, 'queue')];
      await store.create(first, []);
      await store.create(second, []);
      const ids = [first.id, second.id];
      await store.claim({ workerId: worker, limit: 10, ids });
      await buryWorker(worker);
      await passLimits?.();
      const other = createUuid();
      await registerWorker(other);
      const claimed = await store.claim({ workerId: other, limit: 10, ids });
      expect(claimed.map(({ id }) => id)).toEqual([first.id]);
    });

    it('ends what overflows a limit, when that says so', async () => {
      const { store, worker } = await started();
      const [skip, replace] = [createUuid(), createUuid()];
      const skipped = limited(skip, 'skip');
      await store.create(limited(skip, 'skip'), []);
      expect(await store.create(skipped, [])).toEqual({ outcome: 'written', state: 'skipped' });
      expect(await store.readOutcome(skipped.id)).toMatchObject({
        status: 'cancelled',
        error: { code: 'EXECUTION_SKIPPED' },
      });
      const createdAt = Date.now();
      const [old, young] = [0, 1].map((age) =>
        limited(replace, 'cancel-oldest', { createdAt: createdAt + age }),
      );
      await store.create(old!, []);
      expect(await store.create(young!, [])).toEqual({ outcome: 'written' });
      expect(await store.readOutcome(old!.id)).toMatchObject({
        status: 'cancelled',
        error: { code: 'EXECUTION_REPLACED' },
      });
      const ids = [old!.id, young!.id];
      expect(await store.claim({ workerId: worker, limit: 2, ids })).toMatchObject([{ id: young!.id }]);
    });
  });
}
