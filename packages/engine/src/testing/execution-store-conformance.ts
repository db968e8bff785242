/** What every ExecutionStore must do. A store's test calls `describeExecutionStore` with a way to make one. */
import type { JournalRecord } from '@navette/contracts';
import { createUuid, deriveUuid } from '@navette/kit';
import { describe, expect, it } from 'vitest';
import type { ConcurrencyGate } from '../admission/execution-limits.ts';
import type { ExecutionStore, JournalWrite, NewExecution } from '../ports.ts';

export interface StoreUnderTest {
  store: ExecutionStore;
  registerWorker(workerId: string): Promise<void>;
  /** Declares the worker dead and queues what it had; gives the ids. */
  buryWorker(workerId: string): Promise<string[]>;
  /** Queues the waits that are due now. */
  queueDueWaits(): Promise<string[]>;
  /** Lets pass what waits behind limits that have room, where that happens only after the commit. */
  passLimits?(): Promise<unknown>;
}

export function newExecution(over: Partial<NewExecution> = {}): NewExecution {
  const id = over.id ?? createUuid();
  return {
    id,
    projectId: '00000000-0000-7000-8000-000000000001',
    workflowId: '00000000-0000-7000-8000-000000000002',
    versionId: '00000000-0000-7000-8000-000000000003',
    mode: 'api',
    triggerNodeId: 'start',
    createdAt: Date.now(),
    deadlineAt: null,
    idempotencyKey: null,
    retryOf: null,
    rootId: id,
    parentId: null,
    parentPath: null,
    depth: 0,
    ...over,
  };
}

const record = (path: string): JournalRecord => ({
  type: 'step-completed',
  at: 1,
  path,
  startedAt: 1,
  attempts: 1,
  outputs: { main: [{ json: { path } }] },
});

export function describeExecutionStore(name: string, open: () => Promise<StoreUnderTest>): void {
  const started = async () => {
    const under = await open();
    const worker = createUuid();
    await under.registerWorker(worker);
    const execution = newExecution();
    const write = (over: Partial<JournalWrite>): JournalWrite => ({
      executionId: execution.id,
      projectId: execution.projectId,
      workflowId: execution.workflowId,
      workerId: worker,
      fence: 1,
      seq: 1,
      records: [record('start')],
      ...over,
    });
    return { ...under, worker, execution, write };
  };
  const finish = (status: 'succeeded' | 'failed' | 'cancelled') =>
    ({ kind: 'finish', status, at: Date.now(), error: null }) as const;

  describe(`${name}: execution store`, () => {
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
