/**
 * The dispatcher as the server sees it: what hands queued executions to engines. Two implementations (in-process, BullMQ)
 * pass one conformance suite (testing/execution-queue-conformance.ts).
 *
 * Q1. The store is the truth. A queue holds ids, and all of them can be lost: what is queued in the store is found again.
 * Q2. A delivery may come twice, late or out of order. The claim in the store decides; a lost claim is a normal result.
 * Q3. `enqueue` comes after the commit that queued the execution, never fails and never waits.
 */
import type { Claimed, Dispatcher } from '@navette/engine';
import type { TextCarrier } from '@navette/kit';

/** The engine of this process as a queue sees it. */
export interface ClaimingEngine {
  /** Places that are free now. */
  readonly free: number;
  /** Those of them that any project may have; the others are kept from the one that holds most. */
  readonly openToAll: number;
  /** Whether what is free now is not for that project. */
  keepsFrom(projectId: string): boolean;
  /** Takes queued executions from the store, those named or the first in line. */
  claim(ids?: readonly string[]): Promise<Claimed>;
  /** Executions that are at work here. */
  runningIds(): string[];
}

export interface ExecutionQueue extends Dispatcher {
  /** Where the queue is on something that also takes texts from process to process. */
  readonly texts?: TextCarrier;
  /** Resolves when it is known which way executions go from here, after some seconds at most. */
  settled(): Promise<void>;
  /** From now on this process takes work for its engine. Not called where none is run. */
  start(engine: ClaimingEngine): void;
  /** Whether this process does what one process does for all: filling and repairing the queue. */
  lead(leading: boolean): void;
  /** A place of the engine became free. */
  wake(): void;
  /** Looks for queued executions that nobody told of. Called about once a second. */
  poll(): void;
  /** Throws DISPATCH_UNAVAILABLE when this process must not accept executions, since nobody would hear of them. */
  assertAccepts(): void;
  /** Whether the queue is paused, as this process last heard. */
  readonly holdsStarts: boolean;
  /** Hands out nothing more until `resume`, in all processes, whatever is restarted or lost. What runs goes on. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Asks the store. From then on `holdsStarts` says the same; called about once a second where executions run. */
  isPaused(): Promise<boolean>;
  /** Forgets an execution that was cancelled in the store. */
  remove(executionId: string): Promise<void>;
  /** Hands out a queued execution again, at once. False when the store does not have it queued. */
  retry(executionId: string): Promise<boolean>;
  /** Removes what no queued execution stands behind; gives how many entries that was. */
  clean(): Promise<number>;
  metrics(): Promise<QueueMetrics>;
  health(): QueueHealth;
  /**
   * Takes nothing more from this moment, lets `drain` bring the engine to rest, and then lets go of everything. What was
   * enqueued is safe in the store.
   */
  stop(drain?: () => Promise<void>): Promise<void>;
}

/** Executions by state, as the store has them. */
export interface QueueMetrics {
  isPaused: boolean;
  /** Ready for a worker; 0 while paused. */
  waiting: number;
  active: number;
  /** Succeeded, of those created in the last 24 hours. */
  completed: number;
  /** Failed or cancelled, of those created in the last 24 hours. */
  failed: number;
  /** Waiting for a time to come. */
  delayed: number;
  /** Ready for a worker, and held back by `pause`. */
  paused: number;
  total: number;
}

export interface QueueHealth {
  kind: 'in-process' | 'bullmq';
  ok: boolean;
  /** queue: as it should be. direct: the queue is out of reach and the store is asked. refusing: nothing is accepted. */
  mode: 'queue' | 'direct' | 'refusing';
  /** For people. */
  detail: string;
  /** Entries of the queue that were mended since the start: lost ones added, stale ones removed. */
  repairs: { added: number; removed: number };
}
