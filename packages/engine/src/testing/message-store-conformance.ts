/** What every ExecutionStore must do with messages (see message-store.ts). A store's test calls `describeMessageStore`. */
import { createUuid } from '@navette/kit';
import { describe, expect, it } from 'vitest';
import type { MailChange, MessageWait, NewApproval, NewMessage } from '../message-store.ts';
import type { JournalWrite, NewExecution } from '../ports.ts';
import { newExecution } from './new-execution.ts';
import type { StoreUnderTest } from './store-conformance/store-bench.ts';
import { describeWaitModel } from './wait-model.ts';

export interface MessageStoreUnderTest extends StoreUnderTest {
  /** Makes the workflow that `newExecution` belongs to, and its project. */
  addWorkflow(execution: NewExecution): Promise<void>;
  /** That many signals that nobody has taken. */
  addMessages(execution: NewExecution, count: number): Promise<void>;
  /** Statuses of the approvals of an execution by path. */
  readApprovals(executionId: string): Promise<Record<string, string>>;
}

export const noMail: MailChange = { taken: [], approvals: [], waits: [], withdrawn: [] };

export function newSignal(
  to: NewMessage['to'],
  over: Partial<NewMessage> & { text?: string } = {},
): NewMessage {
  const { text = 'x', ...rest } = over;
  return {
    id: createUuid(),
    projectId: newExecution().projectId,
    to,
    channel: 'signal:go',
    once: false,
    body: { kind: 'items', items: [{ json: { text } }] },
    idempotencyKey: null,
    ...rest,
  };
}

export function newWait(executionId: string, over: Partial<MessageWait> = {}): MessageWait {
  const { projectId } = newExecution();
  return { executionId, projectId, path: 'w', channel: 'signal:go', key: null, once: false, ...over };
}

function newApproval(path: string): NewApproval {
  return {
    id: createUuid(),
    path,
    title: 'Pay?',
    message: '',
    approvers: { role: 'operator', people: [] },
    escalation: null,
    fields: [],
    expiresAt: null,
  };
}

export function describeMessageStore(name: string, open: () => Promise<MessageStoreUnderTest>): void {
  describeWaitModel(name, open);
  const started = async (over: Partial<NewExecution> = {}) => {
    const under = await open();
    const worker = createUuid();
    await under.registerWorker(worker);
    const begin = async (more: Partial<NewExecution> = {}) => {
      const execution = newExecution({ ...over, ...more });
      await under.addWorkflow(execution);
      let seq = 0;
      const write = (change: Partial<JournalWrite> = {}) => {
        seq += 1;
        return under.store.write({
          executionId: execution.id,
          projectId: execution.projectId,
          workflowId: execution.workflowId,
          workerId: worker,
          fence: 1,
          seq,
          records: [{ type: 'step-started', at: 1, path: 'w', attempt: 1 }],
          ...change,
        });
      };
      await write({ create: execution });
      return { execution, write, id: execution.id };
    };
    return { ...under, worker, begin };
  };
  const park = { handover: { kind: 'wait', wakeAt: null, reason: 'Waits' } } as const;
  const finish = { handover: { kind: 'finish', status: 'succeeded', at: 1, error: null } } as const;
  const mail = (change: Partial<MailChange>) => ({ mail: { ...noMail, ...change } });
  const text = (message: { body: NewMessage['body'] } | undefined) =>
    message?.body.kind === 'items' ? message.body.items[0]?.json['text'] : undefined;

  describe(`${name}: messages`, () => {
    it('wakes an execution that is parked, and keeps the message until it is taken', async () => {
      const { store, begin } = await started();
      const { id, write } = await begin();
      await write(park);
      const message = newSignal({ executionId: id }, { text: 'hello' });
      expect(await store.deliver(message)).toEqual({
        outcome: 'delivered',
        messageId: message.id,
        executionId: id,
        wake: 'queued',
      });
      expect(await store.readOutcome(id)).toMatchObject({ status: 'queued' });
      expect(text(await store.readMessage(newWait(id)))).toBe('hello');
      expect(await store.readMessage(newWait(id, { channel: 'signal:other' }))).toBeUndefined();
    });

    it('keeps what comes before the wait: an execution that is about to park looks again', async () => {
      const { store, begin } = await started();
      const { id, write } = await begin();
      expect(await store.deliver(newSignal({ executionId: id }))).toMatchObject({ wake: 'running' });
      expect(await write(park)).toEqual({ outcome: 'written', requeued: true });
      expect(await store.readOutcome(id)).toMatchObject({ status: 'queued' });
    });

    it('gives messages of a channel in the order they came, each to one taker', async () => {
      const { store, begin } = await started();
      const { id, write } = await begin();
      for (const word of ['one', 'two', 'three'])
        await store.deliver(newSignal({ executionId: id }, { text: word }));
      const seen: unknown[] = [];
      for (;;) {
        const message = await store.readMessage(newWait(id));
        if (!message) break;
        seen.push(text(message));
        await write(mail({ taken: [{ messageId: message.id, path: 'w' }] }));
      }
      expect(seen).toEqual(['one', 'two', 'three']);
    });

    it('leaves a message where it is when the write that takes it is refused', async () => {
      const { store, begin, worker, buryWorker } = await started();
      const { id, write } = await begin();
      const message = newSignal({ executionId: id });
      await store.deliver(message);
      await buryWorker(worker);
      const refused = await write(mail({ taken: [{ messageId: message.id, path: 'w' }] }));
      expect(refused).toEqual({ outcome: 'fenced' });
      expect(await store.readMessage(newWait(id))).toMatchObject({ id: message.id });
    });

    it('takes a message with an idempotency key once', async () => {
      const { store, begin } = await started();
      const { id, write } = await begin();
      const first = newSignal({ executionId: id }, { idempotencyKey: 'k' });
      await store.deliver(first);
      const again = { outcome: 'duplicate', messageId: first.id, executionId: id };
      expect(await store.deliver(newSignal({ executionId: id }, { idempotencyKey: 'k' }))).toEqual(again);
      await write({ ...mail({ taken: [{ messageId: first.id, path: 'w' }] }), ...finish });
      expect(await store.deliver(newSignal({ executionId: id }, { idempotencyKey: 'k' }))).toEqual(again);
    });

    it('refuses what comes too late, what is too much, and what belongs to others', async () => {
      const { store, begin, addMessages } = await started();
      const { execution, id, write } = await begin();
      expect(await store.deliver(newSignal({ executionId: id }, { projectId: createUuid() }))).toEqual({
        outcome: 'unknown',
      });
      expect(await store.deliver(newSignal({ executionId: createUuid() }))).toEqual({ outcome: 'unknown' });
      await addMessages(execution, 999);
      expect((await store.deliver(newSignal({ executionId: id }))).outcome).toBe('delivered');
      expect(await store.deliver(newSignal({ executionId: id }))).toEqual({ outcome: 'full' });
      await write(finish);
      expect(await store.deliver(newSignal({ executionId: id }))).toEqual({
        outcome: 'ended',
        status: 'succeeded',
      });
    });

    it('lets a channel of one message have one, or be closed', async () => {
      const { store, begin } = await started();
      const { id } = await begin();
      const once = { channel: 'resume:w', once: true } as const;
      const wait = newWait(id, once);
      expect(await store.deliver(newSignal({ executionId: id }, once))).toMatchObject({
        outcome: 'delivered',
      });
      expect(await store.deliver(newSignal({ executionId: id }, once))).toEqual({ outcome: 'used' });
      await store.closeWait(wait);
      expect(await store.readMessage(wait)).toBeDefined();
      const other = await begin();
      const closed = newWait(other.id, once);
      await store.closeWait(closed);
      await store.closeWait(closed);
      expect(await store.deliver(newSignal({ executionId: other.id }, once))).toEqual({ outcome: 'used' });
      expect(await store.readMessage(closed)).toBeUndefined();
    });

    it('finds the execution that waits under a key, the one that has waited longest first', async () => {
      const { store, begin } = await started();
      const first = await begin();
      const second = await begin();
      const key = `order ${createUuid()}`;
      const to = { workflowId: first.execution.workflowId, key };
      const wait = { path: 'w', channel: 'signal:go', key };
      await first.write({ ...mail({ waits: [wait] }), ...park });
      await second.write({ ...mail({ waits: [wait] }), ...park });
      expect(await store.deliver(newSignal({ ...to, key: `${key}!` }))).toMatchObject({ outcome: 'kept' });
      expect(await store.deliver(newSignal(to, { text: 'a' }))).toMatchObject({ executionId: first.id });
      expect(await store.deliver(newSignal(to, { text: 'b' }))).toMatchObject({ executionId: second.id });
      expect(await store.deliver(newSignal(to))).toMatchObject({ outcome: 'kept' });
      expect(text(await store.readMessage(newWait(first.id, { key })))).toBe('a');
      expect(await store.readMessage(newWait(first.id, { key: 'another' }))).toBeUndefined();
      expect(text(await store.readMessage(newWait(second.id, { key })))).toBe('b');
    });

    it('keeps a message under a key for the first that will wait, once', async () => {
      const { store, begin } = await started();
      const { execution, id, write } = await begin();
      const key = `order ${createUuid()}`;
      const to = { workflowId: execution.workflowId, key };
      const kept = newSignal(to, { idempotencyKey: key });
      expect(await store.deliver(kept)).toEqual({ outcome: 'kept', messageId: kept.id });
      expect(await store.deliver(newSignal(to, { idempotencyKey: key }))).toEqual({
        outcome: 'duplicate',
        messageId: kept.id,
        executionId: null,
      });
      const waits = [{ path: 'w', channel: 'signal:go', key }];
      expect(await write({ ...mail({ waits }), ...park })).toEqual({ outcome: 'written', requeued: true });
      expect(await store.readMessage(newWait(id, { key }))).toMatchObject({ id: kept.id });
      const other = await begin();
      expect(await other.write({ ...mail({ waits }), ...park })).toEqual({ outcome: 'written' });
    });

    it('passes over waits of executions that have ended, and those that are over', async () => {
      const { store, begin } = await started();
      const key = `order ${createUuid()}`;
      const waits = [{ path: 'w', channel: 'signal:go', key }];
      const [ended, closed, open] = [await begin(), await begin(), await begin()];
      await ended.write(mail({ waits }));
      await closed.write(mail({ waits }));
      await open.write(mail({ waits }));
      await ended.write(finish);
      await store.closeWait(newWait(closed.id, { key }));
      const to = { workflowId: open.execution.workflowId, key };
      expect(await store.deliver(newSignal(to))).toMatchObject({ executionId: open.id });
      const elsewhere = { ...to, workflowId: createUuid() };
      const foreign = newSignal(elsewhere, { projectId: createUuid() });
      expect((await store.deliver(foreign)).outcome).toMatch(/unknown|kept/);
    });

    it('opens approvals with the write that begins the wait, and ends them with the execution', async () => {
      const { store, begin, readApprovals } = await started();
      const finished = await begin();
      const approval = newApproval('ask');
      await finished.write(mail({ approvals: [approval] }));
      await finished.write(mail({ approvals: [approval] }));
      expect(await readApprovals(finished.id)).toEqual({ ask: 'open' });
      await finished.write({ ...mail({ withdrawn: ['ask'] }), ...finish });
      expect(await readApprovals(finished.id)).toEqual({ ask: 'cancelled' });
      const cancelled = await begin();
      await cancelled.write({ ...mail({ approvals: [newApproval('ask')] }), ...park });
      await store.requestCancel(cancelled.execution.projectId, cancelled.id);
      expect(await readApprovals(cancelled.id)).toEqual({ ask: 'cancelled' });
      const expired = await begin();
      await expired.write(mail({ approvals: [newApproval('a'), newApproval('b')] }));
      await store.closeWait(newWait(expired.id, { path: 'a', channel: 'approval:a', once: true }));
      expect(await readApprovals(expired.id)).toEqual({ a: 'expired', b: 'open' });
    });

    it('asks children to cancel with the write that ends their parent', async () => {
      const { store, begin, worker } = await started();
      const { id, write } = await begin();
      const children = [newExecution({ parentId: id }), newExecution({ parentId: id })];
      await write({ children: children.map((execution) => ({ execution, records: [] })) });
      const [first] = await store.claim({ workerId: worker, limit: 1, ids: [children[0]!.id] });
      await store.write({
        executionId: first!.id,
        projectId: first!.projectId,
        workflowId: first!.workflowId,
        workerId: worker,
        fence: first!.fence,
        seq: 1,
        records: [],
        ...park,
      });
      const failed = { kind: 'finish', status: 'failed', at: 1, error: null } as const;
      await write({ handover: failed, cancelChildren: children.map((child) => child.id) });
      const ids = children.map((child) => child.id);
      const claimed = await store.claim({ workerId: worker, limit: 5, ids });
      expect(claimed.map((child) => [child.id, child.cancelRequested]).sort()).toEqual(
        ids.map((child) => [child, true]).sort(),
      );
    });
  });
}
