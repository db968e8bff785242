/**
 * The journal of one run: what was appended and is not yet in the store, and the writes on their way there.
 *
 * Owns: the buffer, the numbering of chunks, whether the store knows the execution.
 *
 * J1. Records reach the store in the order they were appended, in chunks numbered without a gap.
 * J2. One write is open at a time. After one that came back fenced, or failed, nothing more is written.
 * J3. A response is handed on only after the commit that holds it.
 */
import type { JournalRecord, WebhookResponse } from '@navette/contracts';
import type { EngineDeps } from '../deps.ts';
import { toLogFields } from '../log-fields.ts';
import type { CorrelatedWait, MailChange, NewApproval } from '../message-store.ts';
import type { Handover, JournalWrite, NewExecution, WriteResult } from '../ports.ts';
import { RunStopped } from './step-host.ts';

type Child = NonNullable<JournalWrite['children']>[number];

export type JournalLoss = { kind: 'lost' } | { kind: 'duplicate'; executionId: string };

interface RunJournalOptions {
  deps: EngineDeps;
  execution: NewExecution;
  workerId: string;
  fence: number;
  /** Of the last chunk in the store. */
  seq: number;
  /** Whether the store knows the execution; otherwise the first write creates it. */
  created: boolean;
  /** Durability "none": what is kept when the execution ends; nothing is written for being old. */
  keeps?: ((record: JournalRecord, status: string) => boolean) | undefined;
}

export class RunJournal {
  readonly #deps: EngineDeps;
  readonly #execution: NewExecution;
  readonly #workerId: string;
  readonly #fence: number;
  readonly #onLoss: (loss: JournalLoss) => void;
  readonly #keeps: RunJournalOptions['keeps'];
  #seq: number;
  #created: boolean;
  #buffer: JournalRecord[] = [];
  #children: Child[] = [];
  #mail: MailChange | undefined;
  /** The write that is open takes a message. */
  #takenOpen = false;
  #cancelChildren: string[] = [];
  /** Something is buffered that must be durable before an effect may start. */
  #dirty: boolean;
  /** A result of a pure step is buffered. */
  #computed = false;
  #writing: Promise<unknown> = Promise.resolve();
  #writeOpen = false;
  #nextFlush: Promise<void> | undefined;
  /** The last write, once it has been asked for. */
  #ending: Promise<unknown> | undefined;
  #closed = false;
  #loss: JournalLoss | undefined;
  readonly #responded = Promise.withResolvers<WebhookResponse | undefined>();
  #pendingResponse: WebhookResponse | undefined;
  #givenResponse: WebhookResponse | undefined;

  constructor(options: RunJournalOptions, onLoss: (loss: JournalLoss) => void) {
    this.#deps = options.deps;
    this.#execution = options.execution;
    this.#workerId = options.workerId;
    this.#fence = options.fence;
    this.#keeps = options.keeps;
    this.#seq = options.seq;
    this.#created = options.created;
    this.#dirty = !options.created;
    this.#onLoss = onLoss;
  }

  get closed(): boolean {
    return this.#closed;
  }
  /** Whether something waits to be written, children included. */
  get isEmpty(): boolean {
    return this.#buffer.length === 0 && this.#children.length === 0;
  }
  /** Records that wait to be written. */
  get size(): number {
    return this.#buffer.length;
  }
  /** Whether something should be written now: the execution exists and others may depend on what is buffered. */
  get isUrgent(): boolean {
    return this.#dirty && this.#created;
  }
  /** Resolves with the answer to the caller when it is durable; with undefined when the run ends without one. */
  get responded(): Promise<WebhookResponse | undefined> {
    return this.#responded.promise;
  }
  /** The answer that this run gave, once it is durable. */
  get response(): WebhookResponse | undefined {
    return this.#givenResponse;
  }

  /** Whether a message was taken that the store does not know yet to be taken. */
  get holdsTaken(): boolean {
    return this.#takenOpen || (this.#mail !== undefined && this.#mail.taken.length > 0);
  }

  push(record: JournalRecord): void {
    this.#buffer.push(record);
    const takes = record.type === 'step-completed' || record.type === 'step-resolved';
    if (!takes || record.messageId === undefined) return;
    this.#changeMail().taken.push({ messageId: record.messageId, path: record.path });
    this.#dirty = true;
  }

  openApproval(approval: NewApproval): void {
    this.#changeMail().approvals.push(approval);
  }

  openWait(wait: CorrelatedWait): void {
    this.#changeMail().waits.push(wait);
  }

  /** Nobody waits for these any more: executions, and what others may find of the steps at these paths. */
  leaveWaits(options: { children: readonly string[]; paths: readonly string[] }): void {
    for (const id of options.children) this.#cancelChildren.push(id);
    for (const path of options.paths) this.#changeMail().withdrawn.push(path);
  }

  addChild(child: Child): void {
    this.#children.push(child);
  }

  /** What was appended last must be durable before an effect starts, and is written soon. */
  markDirty(): void {
    this.#dirty = true;
  }

  /** What was appended last can be computed again, but not once an effect has used it. */
  markComputed(): void {
    this.#computed = true;
  }

  /** The first answer counts. */
  respondWith(response: WebhookResponse): void {
    this.#pendingResponse ??= response;
  }

  /** Nothing is appended or written any more. */
  close(): void {
    this.#closed = true;
    this.#responded.resolve(undefined);
  }

  /** The lease is gone: write nothing more. */
  abandon(): void {
    this.#loss ??= { kind: 'lost' };
  }

  flush(): Promise<void> {
    if (this.#loss || this.#closed) return Promise.reject(new RunStopped('The run is over'));
    if (this.#nextFlush) return this.#nextFlush;
    const flush = this.#writing.then((): Promise<unknown> => {
      this.#nextFlush = undefined;
      // The end takes along what this flush was to write, so that no crash falls between the two.
      if (this.#ending) return this.#ending;
      const written = this.#write(undefined);
      this.#writing = written.catch(() => {});
      return written;
    });
    this.#nextFlush = flush.then(() => {});
    return this.#nextFlush;
  }

  flushBeforeEffect(): Promise<void> {
    if (this.#dirty || this.#computed || this.#nextFlush) return this.flush();
    return this.#writeOpen ? this.#untilWritten() : Promise.resolve();
  }

  flushOlderThan(time: number): void {
    const oldest = this.#keeps ? undefined : this.#buffer[0];
    if (oldest && oldest.at <= time && !this.#closed && !this.#loss) this.flush().catch(() => {});
  }

  /** Writes what is left together with what becomes of the execution; nothing comes after it. @throws RunStopped */
  handOver(handover: Handover): Promise<WriteResult> {
    this.#closed = true;
    const ending = this.#writeOpen ? this.#writing.then(() => this.#write(handover)) : this.#write(handover);
    this.#ending = ending;
    return ending;
  }

  /** The write that is open may hold what the effect depends on. */
  async #untilWritten(): Promise<void> {
    await this.#writing;
    if (this.#loss) throw new RunStopped('The execution belongs to another worker');
  }

  /** One write of all that is buffered. @throws RunStopped when fenced. */
  async #write(handover: Handover | undefined): Promise<WriteResult> {
    if (this.#loss) throw new RunStopped('The execution belongs to another worker');
    const keeps = handover?.kind === 'finish' ? this.#keeps : undefined;
    const { status } = handover?.kind === 'finish' ? handover : { status: '' };
    const records = keeps ? this.#buffer.filter((record) => keeps(record, status)) : this.#buffer;
    const children = this.#children;
    if (records.length === 0 && children.length === 0 && !handover && this.#created)
      return { outcome: 'written' };
    this.#buffer = [];
    this.#children = [];
    const mail = this.#mail;
    this.#mail = undefined;
    this.#dirty = false;
    this.#computed = false;
    const response = this.#pendingResponse;
    const write: JournalWrite = {
      executionId: this.#execution.id,
      projectId: this.#execution.projectId,
      workflowId: this.#execution.workflowId,
      execution: this.#execution,
      workerId: this.#workerId,
      fence: this.#fence,
      seq: this.#seq + (records.length > 0 ? 1 : 0),
      records,
    };
    if (!this.#created) write.create = this.#execution;
    if (handover) write.handover = handover;
    if (children.length > 0) write.children = children;
    if (mail) write.mail = mail;
    if (this.#cancelChildren.length > 0) {
      write.cancelChildren = this.#cancelChildren;
      this.#cancelChildren = [];
    }
    if (handover?.kind === 'finish' && this.#execution.parentId) write.wakeParent = this.#execution.parentId;
    this.#writeOpen = true;
    this.#takenOpen = mail !== undefined && mail.taken.length > 0;
    let result: WriteResult;
    try {
      result = await this.#deps.store.write(write);
    } catch (thrown) {
      // A store that gives up leaves the state unknown: only the journal can tell, so that the run is over here.
      this.#deps.logger.error(
        { err: thrown, ...toLogFields(this.#execution) },
        'The journal could not be written',
      );
      result = { outcome: 'fenced' };
    }
    this.#writeOpen = false;
    this.#takenOpen = false;
    if (result.outcome === 'written') {
      this.#seq = write.seq;
      this.#created = true;
      if (children.length > 0) this.#deps.dispatcher.enqueue(children.map((child) => child.execution.id));
      if (response) {
        this.#givenResponse = response;
        this.#responded.resolve(response);
      }
      return result;
    }
    this.#loss =
      result.outcome === 'fenced' ? { kind: 'lost' } : { kind: 'duplicate', executionId: result.executionId };
    this.#onLoss(this.#loss);
    throw new RunStopped('The execution belongs to another worker');
  }

  #changeMail(): MailChange {
    this.#mail ??= { taken: [], approvals: [], waits: [], withdrawn: [] };
    return this.#mail;
  }
}
