/**
 * Model test of waits for messages, for any store: random histories of executions that begin to wait, park, are taken up,
 * take messages, stop waiting and end, while messages come at any moment. What the store says is compared with M1 to M4 of
 * message-store.ts, written down a second time by hand.
 */
import { createUuid } from '@navette/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MailChange, MessageStore, MessageWait, NewMessage } from '../message-store.ts';
import type { JournalWrite, NewExecution } from '../ports.ts';
import { newExecution } from './new-execution.ts';
import type { StoreUnderTest } from './store-conformance/store-bench.ts';

/** Of whoever runs an execution, and of those outside. */
const actions = [
  'openWait',
  'closeWait',
  'take',
  'closeOnce',
  'takeOnce',
  'park',
  'claim',
  'finish',
  'cancel',
  'send',
  'sendUnderKey',
  'sendAgain',
  'sendOnce',
] as const;
type Action = (typeof actions)[number];
export interface WaitStep {
  action: Action;
  execution: number;
}

/** What must be true of one execution. */
interface Model {
  execution: NewExecution;
  status: 'running' | 'queued' | 'waiting' | 'succeeded' | 'cancelled';
  fence: number;
  seq: number;
  /** Something has come while it was at work: it does not park. */
  isAskedToLook: boolean;
  /** Of whoever has it at work: it does not park any more. */
  isCancelRequested: boolean;
  /** Ids of messages that came for it and were not taken, in their order. */
  pending: string[];
  /** Since when it waits under the key; the longest is first. */
  waitsSince: number | undefined;
  /** Its channel of one message. */
  once: 'open' | 'sent' | 'taken' | 'closed';
  onceId: string | undefined;
}

const places = 3;
const channel = 'signal:go';
const onceChannel = 'resume:w';

class World {
  readonly #store: StoreUnderTest['store'] & MessageStore;
  readonly #worker: string;
  readonly #key = `order ${createUuid()}`;
  readonly #models: Model[] = [];
  /** Under the key, while nobody waited. */
  readonly #kept: string[] = [];
  /** The message of the idempotency key, if it has come. */
  #first: string | undefined;
  #time = 0;
  readonly #path: string[] = [];

  constructor(store: StoreUnderTest['store'], worker: string) {
    this.#store = store;
    this.#worker = worker;
  }

  async open(executions: readonly NewExecution[]): Promise<void> {
    for (const execution of executions) {
      const model: Model = {
        ...{ execution, status: 'running', fence: 1, seq: 0, isAskedToLook: false },
        ...{ isCancelRequested: false, pending: [] },
        ...{ waitsSince: undefined, once: 'open', onceId: undefined },
      };
      this.#models.push(model);
      await this.#write(model, { create: execution });
    }
  }

  async take({ action, execution }: WaitStep): Promise<void> {
    const model = this.#models[execution]!;
    this.#path.push(`${action} ${execution}`);
    await this.#act(action, model);
    const statuses = await Promise.all(
      this.#models.map(async (one) => (await this.#store.readOutcome(one.execution.id))?.status),
    );
    this.#same(
      statuses,
      this.#models.map((one) => one.status),
    );
  }

  async #act(action: Action, model: Model): Promise<void> {
    const { id } = model.execution;
    const isRunning = model.status === 'running';
    switch (action) {
      case 'openWait':
        if (isRunning && model.waitsSince === undefined) await this.#openWait(model);
        return;
      case 'closeWait':
        if (!isRunning) return;
        await this.#store.closeWait(this.#wait(model));
        model.waitsSince = undefined;
        return;
      case 'closeOnce':
        if (!isRunning) return;
        await this.#store.closeWait(this.#waitOnce(model));
        if (model.once === 'open') model.once = 'closed';
        return;
      case 'take':
        if (isRunning) await this.#take(model);
        return;
      case 'takeOnce':
        if (isRunning) await this.#takeOnce(model);
        return;
      case 'park':
        if (isRunning) await this.#park(model);
        return;
      case 'claim':
        return this.#claim(model);
      case 'finish':
        if (!isRunning) return;
        await this.#write(model, { handover: { kind: 'finish', status: 'succeeded', at: 1, error: null } });
        model.status = 'succeeded';
        return;
      case 'cancel':
        return this.#cancel(model);
      case 'send': {
        const message = this.#message({ executionId: id });
        this.#same(await this.#store.deliver(message), this.#deliver(model, message.id));
        return;
      }
      case 'sendUnderKey':
        return this.#sendUnderKey(null);
      case 'sendAgain':
        return this.#sendUnderKey('again');
      case 'sendOnce':
        return this.#sendOnce(model);
    }
  }

  async #openWait(model: Model): Promise<void> {
    await this.#write(model, { mail: { waits: [{ path: 'w', channel, key: this.#key }] } });
    const kept = this.#kept.shift();
    if (kept === undefined) {
      model.waitsSince = ++this.#time;
    } else {
      // Before what came later and went straight to the execution: ids of one process sort in the order they were made.
      model.pending = [...model.pending, kept].sort();
      model.isAskedToLook = true;
    }
  }

  /** In the order in which they came, whoever sent them (M1), in the write that says so (M3). */
  async #take(model: Model): Promise<void> {
    const [first] = model.pending;
    const found = await this.#store.readMessage(this.#wait(model));
    this.#same(found?.id, first);
    if (first === undefined) return;
    await this.#write(model, { mail: { taken: [{ messageId: first, path: 'w' }] } });
    model.pending.shift();
    model.waitsSince = undefined;
  }

  async #takeOnce(model: Model): Promise<void> {
    const found = await this.#store.readMessage(this.#waitOnce(model));
    this.#same(found?.id, model.once === 'sent' ? model.onceId : undefined);
    if (!found) return;
    await this.#write(model, { mail: { taken: [{ messageId: found.id, path: 'once' }] } });
    model.once = 'taken';
  }

  /** No wake-up is lost (M2). */
  async #park(model: Model): Promise<void> {
    const wait = { kind: 'wait', wakeAt: null, reason: 'Waits' } as const;
    const outcome = await this.#write(model, { handover: wait });
    const staysAwake = model.isAskedToLook || model.isCancelRequested;
    this.#same(outcome, { outcome: 'written', ...(staysAwake ? { requeued: true } : {}) });
    model.status = staysAwake ? 'queued' : 'waiting';
  }

  async #claim(model: Model): Promise<void> {
    const { id } = model.execution;
    const claimed = await this.#store.claim({ workerId: this.#worker, limit: 1, ids: [id] });
    const isGiven = model.status === 'queued';
    this.#same(
      claimed.map((one) => [one.id, one.fence]),
      isGiven ? [[id, model.fence + 1]] : [],
    );
    if (!isGiven) return;
    model.status = 'running';
    model.fence += 1;
    model.isAskedToLook = false;
  }

  async #cancel(model: Model): Promise<void> {
    const { id, projectId } = model.execution;
    const { outcome } = await this.#store.requestCancel(projectId, id);
    const isParked = model.status === 'queued' || model.status === 'waiting';
    this.#same(outcome, isParked ? 'cancelled' : model.status === 'running' ? 'requested' : 'finished');
    if (isParked) model.status = 'cancelled';
    if (model.status === 'running') model.isCancelRequested = true;
  }

  /** To whoever has waited longest, or kept for the first that will. `again`: the same request, over and over. */
  async #sendUnderKey(again: 'again' | null): Promise<void> {
    const { workflowId } = this.#models[0]!.execution;
    const idempotencyKey = again && this.#key;
    const message = this.#message({ workflowId, key: this.#key }, { idempotencyKey });
    const found = await this.#store.deliver(message);
    if (again && this.#first !== undefined) {
      const owner = this.#models.find(
        (one) => this.#first !== undefined && one.pending.includes(this.#first),
      );
      const isOpen = owner !== undefined || this.#kept.includes(this.#first);
      this.#same({ ...found, executionId: undefined }, { outcome: 'duplicate', messageId: this.#first });
      // Where it went, as long as that is known here.
      if (isOpen) this.#same('executionId' in found && found.executionId, owner?.execution.id ?? null);
      return;
    }
    if (again) this.#first = message.id;
    const [next] = this.#models
      .filter((one) => one.waitsSince !== undefined && !isOver(one))
      .sort((a, b) => a.waitsSince! - b.waitsSince!);
    if (next) {
      next.waitsSince = undefined;
      this.#same(found, this.#deliver(next, message.id));
    } else {
      this.#kept.push(message.id);
      this.#same(found, { outcome: 'kept', messageId: message.id });
    }
  }

  async #sendOnce(model: Model): Promise<void> {
    const { id } = model.execution;
    const message = this.#message({ executionId: id }, { channel: onceChannel, once: true });
    const found = await this.#store.deliver(message);
    if (model.once !== 'open') return this.#same(found, { outcome: 'used' });
    const expected = this.#deliver(model, message.id, 'once');
    this.#same(found, expected);
    if (expected.outcome !== 'delivered') return;
    model.once = 'sent';
    model.onceId = message.id;
  }

  #deliver(model: Model, messageId: string, to: 'signal' | 'once' = 'signal') {
    const { status } = model;
    const { id: executionId } = model.execution;
    if (status === 'succeeded' || status === 'cancelled') return { outcome: 'ended', status };
    if (to === 'signal') model.pending.push(messageId);
    if (status === 'running') model.isAskedToLook = true;
    else model.status = 'queued';
    return {
      outcome: 'delivered',
      messageId,
      executionId,
      wake: status === 'running' ? 'running' : 'queued',
    };
  }

  #message(to: NewMessage['to'], over: Partial<NewMessage> = {}): NewMessage {
    const { projectId } = this.#models[0]!.execution;
    const body = { kind: 'items' as const, items: [] };
    return { id: createUuid(), projectId, to, channel, once: false, body, idempotencyKey: null, ...over };
  }

  #wait({ execution: { id: executionId, projectId } }: Model): MessageWait {
    return { executionId, projectId, path: 'w', channel, key: this.#key, once: false };
  }

  #waitOnce(model: Model): MessageWait {
    return { ...this.#wait(model), path: 'once', channel: onceChannel, key: null, once: true };
  }

  #write(
    model: Model,
    { mail, ...change }: Partial<Omit<JournalWrite, 'mail'>> & { mail?: Partial<MailChange> },
  ) {
    const { id: executionId, projectId, workflowId } = model.execution;
    model.seq += 1;
    return this.#store.write({
      ...{ executionId, projectId, workflowId, workerId: this.#worker, fence: model.fence, seq: model.seq },
      records: [],
      ...(mail ? { mail: { taken: [], approvals: [], waits: [], withdrawn: [], ...mail } } : {}),
      ...change,
    });
  }

  #same(found: unknown, expected: unknown): void {
    const path = this.#path;
    expect({ path, found }).toEqual({ path, found: expected });
  }
}

const isOver = ({ status }: Model) => status === 'succeeded' || status === 'cancelled';

export function describeWaitModel(
  name: string,
  open: () => Promise<StoreUnderTest & { addWorkflow(execution: NewExecution): Promise<void> }>,
): void {
  const step = fc.record({
    action: fc.constantFrom(...actions),
    execution: fc.nat({ max: places - 1 }),
  });

  describe(`${name}: waits for messages, as a model`, () => {
    it('keeps M1 to M4 over random histories', async () => {
      const under = await open();
      const worker = createUuid();
      await under.registerWorker(worker);
      const runHistory = async (history: readonly WaitStep[]) => {
        const workflowId = createUuid();
        const executions = Array.from({ length: places }, () => newExecution({ workflowId }));
        await under.addWorkflow(executions[0]!);
        const world = new World(under.store, worker);
        await world.open(executions);
        for (const one of history) await world.take(one);
      };
      const history = fc.array(step, { minLength: 8, maxLength: 40 });
      await fc.assert(fc.asyncProperty(history, runHistory), { numRuns: 80 });
    }, 90_000);
  });
}
