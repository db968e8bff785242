/**
 * The dispatcher without a queue: every process claims from the store for itself, in the store's order.
 *
 * Owns: the ids that this process was told of and has room to take at once; whether more may be queued (`#behind`).
 *
 * I1. Ids are taken by name only when there is a place for all of them. Otherwise the store chooses, so that priorities
 *     and fairness hold and the memory is bounded.
 * I2. One claim at a time. Whatever comes meanwhile makes it look again.
 * I3. Nothing is claimed after `stop`, nor while the store says that the queue is paused, as read by the last poll.
 * I4. What a claim has left where it was, though places are free, is kept from these places: it is asked for again when one
 *     becomes free, something is queued or a poll comes, and not before.
 * I5. A poll reads the state of the queue after it was called, and claims only when there may be something.
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
  /** Whether more is queued is to be read, together with the pause. */
  #polled = false;
  #paused = false;
  #removed = 0;
  /** Rises whenever `#paused` may have become wrong; it is right when `#stateReadAt` is the same. */
  #stateEpoch = 0;
  #stateReadAt = -1;
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

  enqueue(executionIds: readonly string[], projectId?: string): void {
    if (!this.#engine) return;
    if (projectId !== undefined && this.#engine.keepsFrom(projectId)) {
      this.#behind = true;
      return;
    }
    for (const id of executionIds) {
      if (this.#pending.size < maxPending) this.#pending.add(id);
      else this.#behind = true;
    }
    this.#pump();
  }

  wake(): void {
    if (this.#pending.size > 0 || this.#behind || this.#polled) this.#pump();
  }

  poll(): void {
    this.#polled = true;
    this.#stateEpoch += 1;
    this.#pump();
  }

  assertAccepts(): void {}

  async pause(): Promise<void> {
    await this.#source.writePaused(true);
    this.#paused = true;
    this.#stateEpoch += 1;
  }

  async resume(): Promise<void> {
    await this.#source.writePaused(false);
    this.#paused = false;
    this.poll();
  }

  async isPaused(): Promise<boolean> {
    await this.#readState();
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
      if (this.#stateReadAt !== this.#stateEpoch) {
        await this.#readState();
        continue;
      }
      if (this.#paused) return;
      const { free } = engine;
      if (!this.#behind && this.#pending.size > 0 && this.#pending.size <= free) {
        const ids = [...this.#pending];
        this.#pending.clear();
        if (await this.#claim(engine, ids)) return;
      } else if (this.#behind || this.#pending.size > 0) {
        this.#pending.clear();
        this.#behind = false;
        if (await this.#claim(engine)) return;
      } else {
        return;
      }
    }
  }

  /** Whether it left something for which there is no place among the free ones (I4). */
  async #claim(engine: ClaimingEngine, ids?: readonly string[]): Promise<boolean> {
    const wanted = ids?.length ?? engine.free;
    const { count, hasMore } = await engine.claim(ids);
    if (hasMore) this.#behind = true;
    return hasMore && count < wanted;
  }

  /** One look for all who ask at the same time. */
  #readState(): Promise<void> {
    const epoch = this.#stateEpoch;
    if (this.#reading?.epoch === epoch) return this.#reading.done;
    const done = this.#loadState(epoch).finally(() => {
      if (this.#reading?.done === done) this.#reading = undefined;
    });
    this.#reading = { epoch, done };
    return done;
  }

  async #loadState(epoch: number): Promise<void> {
    const { hasWork, isPaused } = await this.#source.readState();
    if (epoch !== this.#stateEpoch) return;
    this.#paused = isPaused;
    this.#stateReadAt = epoch;
    if (this.#polled && hasWork) this.#behind = true;
    this.#polled = false;
  }
}
