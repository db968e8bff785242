/** Messages of the store in memory: the rules of message-store.ts, where nothing happens at the same time. */
import type { ApprovalStatus } from '@navette/contracts';
import { isTerminal, moveApproval } from '@navette/contracts';
import type {
  CorrelatedWait,
  DeliverResult,
  MailChange,
  Message,
  MessageStore,
  MessageWait,
  NewApproval,
  NewMessage,
  Wake,
} from './message-store.ts';
import type { ExecutionOutcome } from './ports.ts';

/** Messages of one execution that wait to be taken, at most. */
export const maxPendingMessages = 1_000;

interface StoredMessage {
  id: string;
  projectId: string;
  executionId: string | null;
  workflowId: string | null;
  key: string | null;
  channel: string;
  once: boolean;
  /** Null: the channel was closed before a message came. */
  body: NewMessage['body'] | null;
  idempotencyKey: string | null;
  taken: boolean;
}

interface StoredWait extends CorrelatedWait {
  executionId: string;
  workflowId: string;
}

interface MailRow {
  readonly id: string;
  readonly projectId: string;
  readonly workflowId: string;
  readonly status: ExecutionOutcome['status'];
}

export class MemoryMail implements MessageStore {
  readonly #find: (executionId: string) => MailRow | undefined;
  readonly #wake: (executionId: string) => Wake;
  readonly #messages: StoredMessage[] = [];
  #waits: StoredWait[] = [];
  readonly #approvals: (NewApproval & { executionId: string; status: ApprovalStatus })[] = [];

  constructor(find: (executionId: string) => MailRow | undefined, wake: (executionId: string) => Wake) {
    this.#find = find;
    this.#wake = wake;
  }

  listApprovals(): readonly Readonly<NewApproval & { executionId: string; status: ApprovalStatus }>[] {
    return this.#approvals;
  }

  async deliver(message: NewMessage): Promise<DeliverResult> {
    const { to } = message;
    const twin = this.#messages.find(
      (other) =>
        message.idempotencyKey !== null &&
        other.idempotencyKey === message.idempotencyKey &&
        ('executionId' in to
          ? other.workflowId === null && other.executionId === to.executionId
          : other.workflowId === to.workflowId),
    );
    if (twin) return { outcome: 'duplicate', messageId: twin.id, executionId: twin.executionId };
    return 'executionId' in to ? this.#deliverTo(message, to.executionId) : this.#correlate(message, to);
  }

  async readMessage(wait: MessageWait): Promise<Message | undefined> {
    const found = this.#messages.find(
      (message) =>
        !message.taken &&
        message.executionId === wait.executionId &&
        message.channel === wait.channel &&
        (message.key === null || message.key === wait.key),
    );
    return found?.body ? { id: found.id, body: structuredClone(found.body) } : undefined;
  }

  async closeWait(wait: MessageWait): Promise<void> {
    this.#waits = this.#waits.filter(
      (other) => other.executionId !== wait.executionId || other.path !== wait.path,
    );
    if (!wait.once || this.#findOnce(wait.executionId, wait.channel)) return;
    const { executionId, projectId, channel } = wait;
    this.#messages.push({
      id: `closed:${executionId}:${channel}`,
      projectId,
      executionId,
      workflowId: null,
      key: null,
      channel,
      once: true,
      body: null,
      idempotencyKey: null,
      taken: true,
    });
    this.#endApprovals(executionId, 'expire', (path) => path === wait.path);
  }

  /** With the write that carries it. */
  apply(executionId: string, workflowId: string, change: MailChange): void {
    for (const { messageId, path } of change.taken) {
      const message = this.#messages.find((other) => other.id === messageId && !other.taken);
      if (!message) throw new Error('A message was to be taken that another step has taken');
      message.taken = true;
      this.#waits = this.#waits.filter((wait) => wait.executionId !== executionId || wait.path !== path);
    }
    for (const approval of change.approvals) {
      if (!this.#approvals.some((other) => other.id === approval.id))
        this.#approvals.push({ ...approval, executionId, status: 'open' });
    }
    for (const wait of change.waits) this.#openWait({ ...wait, executionId, workflowId });
    if (change.withdrawn.length > 0) this.withdraw(executionId, change.withdrawn);
  }

  /** These steps wait no more; all of the execution without a list. */
  withdraw(executionId: string, paths?: readonly string[]): void {
    const isOver = (path: string) => paths === undefined || paths.includes(path);
    this.#endApprovals(executionId, 'cancel', isOver);
    this.#waits = this.#waits.filter((wait) => wait.executionId !== executionId || !isOver(wait.path));
  }

  #deliverTo(message: NewMessage, executionId: string): DeliverResult {
    const row = this.#find(executionId);
    if (!row || row.projectId !== message.projectId) return { outcome: 'unknown' };
    if (message.once && this.#findOnce(executionId, message.channel)) return { outcome: 'used' };
    if (isTerminal(row.status)) return { outcome: 'ended', status: row.status };
    const isIts = (other: StoredMessage) => other.executionId === executionId;
    if (!message.once && this.#countPending(isIts) >= maxPendingMessages) return { outcome: 'full' };
    this.#store(message, { executionId, workflowId: null, key: null });
    const body = message.body;
    if (body.kind === 'decision') {
      const event = body.decision.decision === 'approved' ? 'approve' : 'reject';
      this.#endApprovals(executionId, event, (path) => message.channel === `approval:${path}`);
    }
    return { outcome: 'delivered', messageId: message.id, executionId, wake: this.#wake(executionId) };
  }

  #correlate(message: NewMessage, { workflowId, key }: { workflowId: string; key: string }): DeliverResult {
    for (;;) {
      const at = this.#waits.findIndex(
        (wait) => wait.workflowId === workflowId && wait.channel === message.channel && wait.key === key,
      );
      const [wait] = at < 0 ? [] : this.#waits.splice(at, 1);
      if (!wait) break;
      const row = this.#find(wait.executionId);
      if (!row || row.projectId !== message.projectId || isTerminal(row.status)) continue;
      const { executionId } = wait;
      this.#store(message, { executionId, workflowId, key });
      return { outcome: 'delivered', messageId: message.id, executionId, wake: this.#wake(executionId) };
    }
    const kept = (other: StoredMessage) => other.executionId === null && other.workflowId === workflowId;
    if (this.#countPending(kept) >= maxPendingMessages) return { outcome: 'full' };
    this.#store(message, { executionId: null, workflowId, key });
    return { outcome: 'kept', messageId: message.id };
  }

  #openWait(wait: StoredWait): void {
    const kept = this.#messages.find(
      (message) =>
        message.executionId === null &&
        message.workflowId === wait.workflowId &&
        message.channel === wait.channel &&
        message.key === wait.key,
    );
    if (!kept) {
      this.#waits.push(wait);
      return;
    }
    kept.executionId = wait.executionId;
    this.#wake(wait.executionId);
  }

  #store(
    message: NewMessage,
    target: { executionId: string | null; workflowId: string | null; key: string | null },
  ): void {
    const { id, projectId, channel, once, body, idempotencyKey } = message;
    this.#messages.push({
      id,
      projectId,
      channel,
      once,
      body: structuredClone(body),
      idempotencyKey,
      taken: false,
      ...target,
    });
  }

  #findOnce(executionId: string, channel: string): StoredMessage | undefined {
    return this.#messages.find(
      (message) => message.once && message.executionId === executionId && message.channel === channel,
    );
  }

  #countPending(filter: (message: StoredMessage) => boolean): number {
    return this.#messages.filter((message) => !message.taken && filter(message)).length;
  }

  #endApprovals(
    executionId: string,
    event: Parameters<typeof moveApproval>[1],
    isMeant: (path: string) => boolean,
  ): void {
    for (const approval of this.#approvals) {
      if (approval.executionId !== executionId || approval.status !== 'open') continue;
      if (isMeant(approval.path)) approval.status = moveApproval(approval.status, event);
    }
  }
}
