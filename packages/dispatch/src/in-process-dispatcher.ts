/**
 * The dispatcher without a queue: every process claims from the store for itself, in the store's order.
 *
 * Owns: the ids that this process was told of and has room to take at once; whether more may be queued (`#behind`).
 *
 * I1. Ids are taken by name only when there is a place for all of them. Otherwise the store chooses, so that priorities
 *     and fairness hold and the memory is bounded.
 * I2. One claim at a time. Whatever comes meanwhile makes it look again.
 * I3. Nothing is claimed after `stop`, nor while the store says that the queue is paused, as read by the last poll.
 */
import type { Logger } from '@navette/kit';
import type { ClaimingEngine, ExecutionQueue, QueueHealth, QueueMetrics } from './execution-queue.ts';
import { loadQueueMetrics } from './queue-metrics.ts';
import type { QueueSource } from './queue-source.ts';

const maxPending = 10_000;

export class InProcessDispatcher implements ExecutionQueue {
  readonly #logger: Logger;
  readonly #source: QueueSource;
  readonly #pending = new Set<string>();
  #engine: ClaimingEngine | undefined;
  #pumping: Promise<void> | undefined;
  #again = false;
  /** More may be queued in the store than is listed here. */
  #behind = false;
  #paused = false;
  #removed = 0;
  /** Rises whenever `#paused` may have become wrong; it is right when `#pauseReadAt` is the same. */
  #pauseEpoch = 0;
  #pauseReadAt = -1;
  #reading: { epoch: number; done: Promise<void> } | undefined;

  constructor(options: { logger: Logger; source: QueueSource }) {
    this.#logger = options.logger;
    this.#source = options.source;
  }

  get holdsStarts(): boolean {
    return this.#paused;
  }

  async settled(): Promise<void> {
    await this.isPaused().catch((error) => {
      this.#logger.warn({ err: error }, 'Whether the queue is paused could not be read');
    });
  }

  start(engine: ClaimingEngine): void {
    this.#engine = engine;
    this.#pump();
  }

  async stop(drain?: () => Promise<void>): Promise<void> {
    this.#engine = undefined;
    await this.#pumping;
    await drain?.();
  }

  /** Every process is its own queue: there is nothing to do for the others. */
  lead(): void {}

  enqueue(executionIds: readonly string[]): void {
    if (!this.#engine) return;
    for (const id of executionIds) {
      if (this.#pending.size < maxPending) this.#pending.add(id);
      else this.#behind = true;
    }
    this.#pump();
  }

  wake(): void {
    if (this.#pending.size > 0 || this.#behind) this.#pump();
  }

  poll(): void {
    this.#behind = true;
    this.#pauseEpoch += 1;
    this.#pump();
  }

  assertAccepts(): void {}

  async pause(): Promise<void> {
    await this.#source.writePaused(true);
    this.#paused = true;
    this.#pauseEpoch += 1;
  }

  async resume(): Promise<void> {
    await this.#source.writePaused(false);
    this.#paused = false;
    this.poll();
  }

  async isPaused(): Promise<boolean> {
    await this.#readPause();
    return this.#paused;
  }

  async remove(executionId: string): Promise<void> {
    this.#pending.delete(executionId);
  }

  async retry(executionId: string): Promise<boolean> {
    const [queued] = await this.#source.listQueued([executionId]);
    if (queued) this.enqueue([executionId]);
    return queued !== undefined;
  }

  async clean(): Promise<number> {
    const ids = [...this.#pending];
    const queued = new Set((await this.#source.listQueued(ids)).map((execution) => execution.id));
    const stale = ids.filter((id) => !queued.has(id));
    for (const id of stale) this.#pending.delete(id);
    this.#removed += stale.length;
    return stale.length;
  }

  metrics(): Promise<QueueMetrics> {
    return loadQueueMetrics(this.#source);
  }

  health(): QueueHealth {
    return {
      kind: 'in-process',
      ok: true,
      mode: 'queue',
      detail: 'executions are claimed from the database',
      repairs: { added: 0, removed: this.#removed },
    };
  }

  #pump(): void {
    this.#again = true;
    this.#pumping ??= this.#run().finally(() => {
      this.#pumping = undefined;
      if (this.#again) this.#pump();
    });
  }

  async #run(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        await this.#fill();
      }
    } catch (error) {
      // The store is out of reach for the moment: the ids are still queued there, and the next poll finds them.
      this.#again = false;
      this.#behind = true;
      this.#logger.warn({ err: error }, 'Queued executions could not be claimed');
    }
  }

  async #fill(): Promise<void> {
    const engine = this.#engine;
    while (engine && engine === this.#engine && engine.free > 0) {
      if (this.#pauseReadAt !== this.#pauseEpoch) {
        await this.#readPause();
        continue;
      }
      if (this.#paused) return;
      const { free } = engine;
      if (!this.#behind && this.#pending.size > 0 && this.#pending.size <= free) {
        const ids = [...this.#pending];
        this.#pending.clear();
        await engine.claim(ids);
      } else if (this.#behind || this.#pending.size > 0) {
        this.#pending.clear();
        this.#behind = false;
        if ((await engine.claim()) === free) this.#behind = true;
      } else {
        return;
      }
    }
  }

  /** One look for all who ask at the same time. */
  #readPause(): Promise<void> {
    const epoch = this.#pauseEpoch;
    if (this.#reading?.epoch === epoch) return this.#reading.done;
    const done = this.#loadPause(epoch).finally(() => {
      if (this.#reading?.done === done) this.#reading = undefined;
    });
    this.#reading = { epoch, done };
    return done;
  }

  async #loadPause(epoch: number): Promise<void> {
    const isPaused = await this.#source.readPaused();
    if (epoch !== this.#pauseEpoch) return;
    this.#paused = isPaused;
    this.#pauseReadAt = epoch;
  }
}
