/**
 * Waits that are due. Workers that ask the store for work take them straight from there (ADR 0018): this offers them, and
 * queues what nobody takes or what has to go through the queue.
 *
 * Owns: what was offered in the turn before, and whether anything was due then. One process does it for all; two at once
 * do no harm.
 *
 * D1. Every due wait is taken, or queued within a second or two: whoever looks sees that it waits for a free worker.
 * D2. Behind a limit it is queued at once: only what is queued comes to a limit.
 * D3. More than `dueLimit` of several projects or priorities are queued, since only the queue is fair.
 */
import {
  areOthersDue,
  type Database,
  type DueWait,
  listDueWaits,
  queueDueWaits,
  readNextWait,
  type SharedLook,
} from '@navette/store';
import { beatMs } from './beat.ts';
import type { LoopTask } from './run-loop.ts';

const minWaitMs = 10;
const burstWaitMs = 100;
/** How many are looked at together. */
const dueLimit = 500;
/** Looking for others is done once in so long, and takes at most this part of the time. */
const othersMs = 1_000;
const lookShare = 20;
/** From then on somebody should have taken it. */
const offeredMs = 1_000;

export interface WakeTaskOptions {
  database: Database;
  look: SharedLook;
  /** Tells workers of executions that are queued, or due. */
  enqueue(executionIds: readonly string[]): void;
  /** Whether the workers take due waits themselves. */
  takesDue(): boolean;
}

export class WakeTask implements LoopTask {
  readonly name = 'Waking what waits';
  readonly #options: WakeTaskOptions;
  #offered: ReadonlySet<string> = new Set();
  /** Something was due in the turn before. */
  #busy = false;
  /** The first of the turn before. */
  #first: string | undefined;
  #others = false;
  #lookAt = 0;

  constructor(options: WakeTaskOptions) {
    this.#options = options;
  }

  async turn(): Promise<number> {
    const { database, look, takesDue } = this.#options;
    if (!this.#busy) {
      const { nextWaitMs } = await look.at('nextWaitMs');
      if (nextWaitMs === null || nextWaitMs > 0) return toPause(nextWaitMs);
    }
    if (!takesDue()) return this.#queueAll();
    const due = await listDueWaits(database.pool, dueLimit);
    this.#busy = due.length > 0;
    if (await this.#mustQueue(due)) return this.#queueAll();
    const held = due.filter((wait) => wait.isHeld).map((wait) => wait.id);
    if (held.length > 0) this.#tell(await queueDueWaits(database.pool, held.length, held));
    const open = due.filter((wait) => !wait.isHeld).map((wait) => wait.id);
    this.#tell(open.filter((id) => !this.#offered.has(id)));
    this.#offered = new Set(open);
    return due.length === dueLimit ? burstWaitMs : this.#untilNext();
  }

  async #mustQueue(due: readonly DueWait[]): Promise<boolean> {
    const [first] = due;
    const moves = first?.id !== this.#first;
    this.#first = first?.id;
    if (!first) return false;
    // They are taken in this order: as long as the first one changes, workers are at it.
    if (!moves && first.lateMs > offeredMs) return true;
    return due.length === dueLimit && this.#areOthersDue(first);
  }

  /** As it was found lately: when there are no others, all that are due had to be looked through. */
  async #areOthersDue(first: DueWait): Promise<boolean> {
    const startedAt = performance.now();
    if (startedAt < this.#lookAt) return this.#others;
    this.#others = await areOthersDue(this.#options.database.pool, first);
    const now = performance.now();
    this.#lookAt = now + Math.max(othersMs, lookShare * (now - startedAt));
    return this.#others;
  }

  async #queueAll(): Promise<number> {
    const queued = await queueDueWaits(this.#options.database.pool, dueLimit);
    this.#tell(queued);
    this.#busy = queued.length > 0;
    this.#offered = new Set();
    return queued.length === dueLimit ? 0 : this.#untilNext();
  }

  #tell(executionIds: readonly string[]): void {
    if (executionIds.length > 0) this.#options.enqueue(executionIds);
  }

  async #untilNext(): Promise<number> {
    return toPause(await readNextWait(this.#options.database.pool));
  }
}

function toPause(nextWaitMs: number | null | undefined): number {
  return Math.min(beatMs, Math.max(minWaitMs, nextWaitMs ?? beatMs));
}
