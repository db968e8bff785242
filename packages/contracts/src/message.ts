/**
 * Messages into an execution: signals, webhook resumes, decisions of approvals. A message goes to a channel; a step that
 * waits takes the first one of its channel. Messages that come before their wait are kept.
 */
import type { JsonObject } from '@navette/kit/portable';
import { z } from 'zod';
import type { ApprovalDecision } from './approval.ts';
import type { DoubtResolution } from './doubt.ts';
import type { Item } from './item.ts';

/** The name of a signal: letters, digits, dots, dashes and underscores. */
export const signalNameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    'must be 1 to 100 letters, digits, ".", "-" or "_", and begin with a letter or digit',
  )
  .meta({ example: 'payment-received' });

/** What tells executions of one workflow apart for those who do not know their ids: an order number, an e-mail address. */
export const correlationKeySchema = z.string().min(1).max(500);

/** What a step waits for, when it is neither a time nor a child. */
export type AwaitedMessage =
  /** `key`: also signals that were sent to the workflow under this correlation key. */
  | { kind: 'signal'; name: string; key?: string }
  /** A request to the resume address of the step. */
  | { kind: 'resume' }
  | { kind: 'approval'; approvalId: string; title: string }
  /**
   * A person who says what became of an effect that a crash cut off. `question`: counted per step, from 1. `begunAt`: when
   * it had begun (Unix milliseconds). `items`: positions of those in doubt; left out for a step as a whole. `keys`: theirs.
   */
  | { kind: 'doubt'; question: number; begunAt?: number; items?: number[]; keys?: string[] };

/** What a step gives when nothing came in time: an error, or items on a port (those that it got, or one with `json`). */
export type TimeoutRule = 'error' | { port: string; json?: JsonObject };

export type MessageBody =
  | { kind: 'items'; items: Item[] }
  | { kind: 'decision'; decision: ApprovalDecision }
  | { kind: 'resolution'; resolution: DoubtResolution };

/** Where the messages for a step are put. Resumes and decisions have a channel of their own per step, doubts per question. */
export function channelOf(awaits: AwaitedMessage, path: string): string {
  switch (awaits.kind) {
    case 'signal':
      return `signal:${awaits.name}`;
    case 'doubt':
      return `doubt:${awaits.question}:${path}`;
    default:
      return `${awaits.kind}:${path}`;
  }
}
