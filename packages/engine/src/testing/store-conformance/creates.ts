import type { JournalRecord } from '@navette/contracts';
import { createUuid } from '@navette/kit';
import { describe, expect, it } from 'vitest';
import type { NewExecution } from '../../ports.ts';
import { newExecution } from '../new-execution.ts';
import { finish, record, type StoreBench } from './store-bench.ts';

export function describeCreates({ started }: StoreBench): void {
  describe('what is made, and what is read of it', () => {
    it('makes one execution of two creates with the same idempotency key', async () => {
      const { store, execution, write } = await started();
      const keyed = { ...execution, idempotencyKey: 'order 7' };
      await store.create(keyed, []);
      const twin = newExecution({ idempotencyKey: 'order 7' });
      expect(await store.create(twin, [])).toEqual({ outcome: 'duplicate', executionId: execution.id });
      const direct = write({ executionId: twin.id, create: twin });
      expect(await store.write(direct)).toEqual({ outcome: 'duplicate', executionId: execution.id });
      expect(await store.readOutcome(twin.id)).toBeUndefined();
      expect(await store.readJournal(twin.id)).toEqual([]);
      const elsewhere = newExecution({ idempotencyKey: 'order 7', workflowId: createUuid() });
      expect(await store.create(elsewhere, [])).toEqual({ outcome: 'written' });
    });

    it('tells what came with an idempotency key, from the first chunk of an execution', async () => {
      const { store, execution, write } = await started();
      const keyed = { key: 'order 8', sha256: 'ab' };
      const trigger = { ...record('start'), keyed } as JournalRecord;
      await store.create({ ...execution, idempotencyKey: keyed.key }, [record('a'), trigger]);
      const direct = newExecution();
      await store.write(write({ executionId: direct.id, create: direct, records: [trigger] }));
      const unkeyed = newExecution();
      await store.create(unkeyed, [record('start')]);
      expect(await store.readKeyed(execution.id)).toEqual(keyed);
      expect(await store.readKeyed(direct.id)).toEqual(keyed);
      expect(await store.readKeyed(unkeyed.id)).toBeUndefined();
      expect(await store.readKeyed(createUuid())).toBeUndefined();
    });

    it('creates and finishes a short execution in one write', async () => {
      const { store, execution, write } = await started();
      expect(await store.write(write({ create: execution, handover: finish('succeeded') }))).toEqual({
        outcome: 'written',
      });
      expect(await store.readOutcome(execution.id)).toMatchObject({ status: 'succeeded' });
      expect(await store.readJournal(execution.id)).toHaveLength(1);
    });

    it('creates and finishes many of several workflows together, and tells which existed', async () => {
      const { store, write } = await started();
      const workflows = [createUuid(), createUuid(), createUuid()];
      const made = Array.from({ length: 40 }, (_, index) =>
        newExecution({
          workflowId: workflows[index % 3]!,
          mode: index % 2 ? 'webhook' : 'api',
          triggerNodeId: `näme ${index % 5}`,
        }),
      );
      const toWrite = (execution: NewExecution) =>
        write({
          executionId: execution.id,
          workflowId: execution.workflowId,
          create: execution,
          records: [record(`é"\\ ${execution.id}`)],
          handover: finish('succeeded'),
        });
      await store.write(toWrite(made[7]!));
      const results = await Promise.all(made.map((execution) => store.write(toWrite(execution))));
      for (const [index, execution] of made.entries()) {
        const known = { outcome: 'duplicate', executionId: execution.id };
        expect(results[index]).toEqual(index === 7 ? known : { outcome: 'written' });
        const { id, projectId, workflowId, versionId, mode, triggerNodeId } = execution;
        expect(await store.readExecution(projectId, id)).toMatchObject({
          workflowId,
          versionId,
          mode,
          triggerNodeId,
          createdAt: execution.createdAt,
          rootId: id,
          status: 'succeeded',
        });
        expect(await store.readJournal(id)).toEqual([{ seq: 1, records: [record(`é"\\ ${execution.id}`)] }]);
      }
    });

    it('appends chunks in order and reads on from a sequence', async () => {
      const { store, execution, write } = await started();
      await store.write(write({ create: execution }));
      await store.write(write({ seq: 2, records: [record('a')] }));
      await store.write(write({ seq: 3, records: [record('b')], handover: finish('failed') }));
      expect((await store.readJournal(execution.id)).map((chunk) => chunk.seq)).toEqual([1, 2, 3]);
      expect(await store.readJournal(execution.id, 2)).toEqual([{ seq: 3, records: [record('b')] }]);
    });

    it('keeps every string that JSON can hold', async () => {
      const { store, execution, write } = await started();
      const json = { nul: 'a\u0000b', lone: '\ud800', quote: '"\\{}', ['__proto__x']: 1, emoji: '🧵' };
      const odd: JournalRecord = {
        type: 'step-completed',
        at: 1,
        path: 'x',
        startedAt: 1,
        attempts: 1,
        outputs: { main: [{ json }] },
      };
      await store.write(write({ create: execution, records: [odd] }));
      expect(await store.readJournal(execution.id)).toEqual([{ seq: 1, records: [odd] }]);
    });

    it('commits many writes together and answers each for itself', async () => {
      const { store, write, worker, buryWorker, registerWorker } = await started();
      const stale = createUuid();
      await registerWorker(stale);
      await buryWorker(stale);
      const executions = Array.from({ length: 200 }, () => newExecution());
      const results = await Promise.all(
        executions.map((execution, index) =>
          store.write(
            write({
              executionId: execution.id,
              create: execution,
              workerId: index % 10 === 0 ? stale : worker,
              handover: finish('succeeded'),
            }),
          ),
        ),
      );
      expect(results.filter((result) => result.outcome === 'fenced')).toHaveLength(20);
      expect(results.filter((result) => result.outcome === 'written')).toHaveLength(180);
    });
  });
}
