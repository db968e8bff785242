/**
 * The journal: what an execution has done, in order. It is at once the state that recovery reads and the event log that
 * the live stream sends, so that the two can never disagree. Records are stored in chunks of one commit; a record's
 * event id is "<seq>.<index>". Format version 1; a change adds an optional field or a new `type`.
 */
import type { ErrorRecord, JsonObject } from '@navette/kit/portable';
import type { Decider } from './approval.ts';
import type { DoubtOutcome } from './doubt.ts';
import type { ExecutionStatus, WebhookResponse, Why } from './execution.ts';
import type { PortItems } from './item.ts';
import type { AwaitedMessage, TimeoutRule } from './message.ts';

/** Unix milliseconds. */
type Ms = number;

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * What the host says of how a step runs, beside what its code writes. `without-jail`: native code in a process that no
 * jail holds, because the operator of this server allows it.
 */
export const stepNotices = ['without-jail'] as const;
export type StepNotice = (typeof stepNotices)[number];

export interface StepLog {
  at: Ms;
  message: string;
  /** info when left out. */
  level?: LogLevel;
  /** That wrote it: the first one when left out. */
  attempt?: number;
  /** Of a line of the host: what `message` says, for programs and other languages. */
  notice?: StepNotice;
}

/** How a node runs its part of the graph, fixed when its step begins. */
export type PassPlan =
  | {
      by: 'batches';
      /** Items that a pass takes. */
      size: number;
      /** Passes at work at once. */
      window: number;
      /** What a failed step of a pass means. stop: the execution fails. Else the pass: collect fails the step at the end. */
      onFailure: 'stop' | 'continue' | 'collect';
    }
  | {
      by: 'condition';
      /** Most passes. */
      limit: number;
      /** Positions of the items that take the first pass. */
      goOn: number[];
    };

/** What a node gave that ran in passes, in numbers; the items are in the records of their steps. */
export interface CollectedPasses {
  /** Items per port. */
  counts: Record<string, number>;
  /** Passes that failed and were let pass. */
  failed?: { pass: number; error: ErrorRecord }[];
}

export interface ProgramStart {
  now: Ms;
  seed: string;
}

/** A call of a program, as far as it must be known without running the program. */
export interface MadeCall {
  /** Of the node that does the work. */
  nodeType: string;
  /** For people; the last part of the path when left out. */
  name?: string;
  /** Of type, parameters, items, credentials and settings (hex): the same call has the same digest. */
  digest: string;
  /** What the program asked for; left out when it is large: the program says it again. */
  asked?: CallRequest;
  /** Of how many of its calls the program had heard how they ended. */
  heard?: number;
}

export interface CallRequest {
  parameters: JsonObject;
  /** Input of the step, `{ json, binary }` for items with files; one empty item when left out. */
  items?: JsonObject[];
  credentials?: Record<string, { id: string }>;
  settings?: JsonObject;
}

/** What an Idempotency-Key stands for: the same key with another digest is another request. */
export interface KeyedRequest {
  key: string;
  /** Of what came with the key (hex). */
  sha256: string;
}

export type JournalRecord =
  | { type: 'execution-started'; at: Ms; fence: number; worker: string }
  | { type: 'execution-recovered'; at: Ms; fence: number; worker: string; from: string | null }
  | {
      type: 'step-started';
      at: Ms;
      path: string;
      attempt: number;
      item?: number;
      /** Of a node that runs a part of the graph in passes: how it does. */
      passes?: PassPlan;
      /** Of a program some of whose calls are reused: when it began, and its chance. They are part of its course. */
      program?: ProgramStart;
    }
  | {
      type: 'attempt-failed';
      at: Ms;
      path: string;
      attempt: number;
      item?: number;
      error: ErrorRecord;
      retryAt: Ms;
    }
  | {
      type: 'item-completed';
      at: Ms;
      path: string;
      item: number;
      attempts: number;
      /** Empty for a pass: what it gave is in the records of its steps. */
      outputs: PortItems;
      /** Of a pass, by condition: which of the items that came back take another one. */
      goOn?: number[];
      /** Copied from the execution that this one was made from. */
      reused?: true;
    }
  | { type: 'item-failed'; at: Ms; path: string; item: number; attempts: number; error: ErrorRecord }
  | {
      type: 'step-completed';
      at: Ms;
      path: string;
      startedAt: Ms;
      attempts: number;
      outputs: PortItems;
      /** In place of `outputs`: they are what the passes gave. */
      collected?: CollectedPasses;
      logs?: StepLog[];
      response?: WebhookResponse;
      /** Copied from the execution this one retries. */
      reused?: true;
      /** Replaced by pinned data (manual runs only). */
      pinned?: true;
      /** Ended in an error that the node's settings let pass. */
      error?: ErrorRecord;
      childId?: string;
      /** Of the trigger's record: the W3C `traceparent` of whoever started the execution. */
      trace?: string;
      /** Of the trigger's record, where an Idempotency-Key came along. */
      keyed?: KeyedRequest;
      /** The message that ended the wait: taken in the commit that holds this record, by this step only. */
      messageId?: string;
    }
  | {
      type: 'step-failed';
      at: Ms;
      path: string;
      startedAt: Ms;
      attempts: number;
      error: ErrorRecord;
      logs?: StepLog[];
      /** Of a call of a program: it went on from there in the execution that this one was made from. */
      reused?: true;
    }
  | { type: 'step-skipped'; at: Ms; path: string }
  /** A program made a call: from now on the path is a step below the program's. */
  | { type: 'call-made'; at: Ms; path: string; call: MadeCall }
  /**
   * Lines of a program that is not over, from position `first` of its log on: written before what it does next. The record
   * of its end has all lines.
   */
  | { type: 'step-wrote'; at: Ms; path: string; first: number; lines: StepLog[] }
  | {
      type: 'step-waiting';
      at: Ms;
      path: string;
      startedAt: Ms;
      attempt: number;
      /** When the time has come; for a message, when it has not come in time. */
      wakeAt: Ms | null;
      childId?: string;
      awaits?: AwaitedMessage;
      /** What happens at `wakeAt` when no message came. */
      onTimeout?: TimeoutRule;
      /** What the step gives when the time has come. */
      outputs?: PortItems;
      /** When the node's time limit ends the wait, where that comes before `wakeAt`. */
      limitAt?: Ms;
    }
  /** A person said what became of an effect in doubt. What it gave, or that it failed, is in the records that follow. */
  | {
      type: 'step-resolved';
      at: Ms;
      path: string;
      question: number;
      by: Decider;
      comment?: string;
      outcomes: { item?: number; outcome: DoubtOutcome }[];
      messageId: string;
    }
  | { type: 'execution-waiting'; at: Ms; wakeAt: Ms | null; reason: string; why?: Why }
  | {
      type: 'execution-prepared';
      at: Ms;
      /** What steps get, per input port, in place of what their predecessors gave. */
      inputs?: { path: string; inputs: PortItems }[];
      /** The steps of a compensation in the order in which they run, and the steps that they undo. */
      compensations?: { path: string; nodeId: string; undoes: string }[];
    }
  /** It was at work alone for long enough: whatever stopped its workers before, it was something else. */
  | { type: 'execution-cleared'; at: Ms }
  | {
      type: 'execution-finished';
      at: Ms;
      status: ExecutionStatus;
      error?: ErrorRecord;
      /** Executions that were queued in the same commit, and why one that was asked for was not. */
      followUps?: FollowUp[];
    };

/** What the end of an execution started. `executionId` is a bare id. */
export type FollowUp =
  | { kind: 'error' | 'compensation'; executionId: string }
  | { kind: 'error' | 'compensation'; refused: string };

export type JournalRecordOf<T extends JournalRecord['type']> = Extract<JournalRecord, { type: T }>;

/**
 * Where a value is that is too large for the journal: parts of JSON by the SHA-256 of their text (hex), in order. Parts of
 * outputs are PortItems each, to be joined port by port; a response is one part.
 */
export interface OffloadedValue {
  parts: readonly string[];
  sizeBytes: number;
  /** Of outputs: items per port, in the order of the ports. */
  counts?: Readonly<Record<string, number>>;
}

/** A record as it is stored: `outputs`, `response` or `inputs` may have left it. */
export type StoredRecord = JournalRecord & {
  outputsAt?: OffloadedValue;
  responseAt?: OffloadedValue;
  inputsAt?: readonly (OffloadedValue & { path: string })[];
};

/** One commit's worth of records of one execution. `seq` counts up from 1. */
export interface JournalChunk {
  seq: number;
  records: JournalRecord[];
}

/** "12.3" → [12, 3]; undefined when malformed. */
export function parseEventId(text: string): [seq: number, index: number] | undefined {
  const match = /^(\d{1,9})\.(\d{1,9})$/.exec(text);
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

export function formatEventId(seq: number, index: number): string {
  return `${seq}.${index}`;
}
