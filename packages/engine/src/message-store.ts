/**
 * What the engine needs of the world for messages into executions (see contracts/message.ts). Part of the ExecutionStore
 * port: all of it shares the transactions of the journal.
 *
 * M1. A message that was accepted is kept until a step takes it or its execution ends. Messages of one channel of one
 *     execution are taken in the order in which they were accepted.
 * M2. Accepting a message and waking its execution are one transaction, which holds the execution's row: an execution
 *     that is about to park finds itself asked to look again, one that is parked is queued. No wake-up is lost.
 * M3. A message is taken in the transaction that writes the record which names it, and by one step only.
 * M4. A channel of a resume or a decision takes one message, or is closed before it came; never both.
 */
import type { ApprovalField, Approvers, MessageBody } from '@navette/contracts';

export interface NewMessage {
  id: string;
  projectId: string;
  /**
   * An execution; or the one of a workflow that has waited longest on that channel under the key. If none waits, the
   * message is kept for the first that will.
   */
  to: { executionId: string } | { workflowId: string; key: string };
  channel: string;
  /** The channel takes one message only (M4). */
  once: boolean;
  body: MessageBody;
  /** A second message to the same execution (or workflow) with it changes nothing. */
  idempotencyKey: string | null;
}

/** queued: a worker may take it. running: its owner must look. */
export type Wake = 'queued' | 'running';

export type DeliverResult =
  | { outcome: 'delivered'; messageId: string; executionId: string; wake: Wake }
  /** Nobody waits under that key yet. */
  | { outcome: 'kept'; messageId: string }
  /** The key came before; this is what became of the first. */
  | { outcome: 'duplicate'; messageId: string; executionId: string | null }
  /** Its one message came before, or the wait is over. */
  | { outcome: 'used' }
  | { outcome: 'ended'; status: string }
  /** Too many wait to be taken. */
  | { outcome: 'full' }
  | { outcome: 'unknown' };

export interface Message {
  id: string;
  body: MessageBody;
}

export interface NewApproval {
  id: string;
  path: string;
  title: string;
  message: string;
  approvers: Approvers;
  escalation: { atMs: number; approvers: Approvers } | null;
  fields: readonly ApprovalField[];
  /** Unix milliseconds. */
  expiresAt: number | null;
}

/** A wait under a correlation key, which others find without knowing the execution. */
export interface CorrelatedWait {
  path: string;
  channel: string;
  key: string;
}

/** What a journal write changes about the messages of its execution, in the same transaction. */
export interface MailChange {
  /** Messages that its records name, with the step that took them. */
  taken: { messageId: string; path: string }[];
  approvals: NewApproval[];
  waits: CorrelatedWait[];
  /** Steps that wait no more, since their execution or their pass of a loop is over: nobody is asked for them any more. */
  withdrawn: string[];
}

/** A message channel as a step waits on it. `key`: messages that were sent under another key are not for it. */
export interface MessageWait {
  executionId: string;
  projectId: string;
  path: string;
  channel: string;
  key: string | null;
  once: boolean;
}

export interface MessageStore {
  deliver(message: NewMessage): Promise<DeliverResult>;
  /** The first message that waits to be taken. */
  readMessage(wait: MessageWait): Promise<Message | undefined>;
  /**
   * The wait is over for want of a message: none comes for it from now on (M4), an approval is expired. What `readMessage`
   * gives after it is final.
   */
  closeWait(wait: MessageWait): Promise<void>;
}
