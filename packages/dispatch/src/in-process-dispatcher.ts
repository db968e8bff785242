/**
 * The dispatcher of a single process: a list of ids in memory. The store is the truth; an id that is lost with the
 * process is found again by `poll`, and an id that is delivered twice is claimed once.
 */
import type { Dispatcher } from '@navette/engine';
import type { Logger } from '@navette/kit';

export interface ClaimingEngine {
  /** Places that are free now. */
  readonly free: number;
  claim(ids?: readonly string[]): Promise<number>;
}

const maxPending = 10_000;

export class InProcessDispatcher implements Dispatcher {
  readonly #logger: Logger;
  readonly #pending = new Set<string>();
  #engine: ClaimingEngine | undefined;
  #pumping = false;
  #again = false;
  /** More may be queued in the store than is listed here. */
  #behind = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** From now on queued executions go to this engine. */
  start(engine: ClaimingEngine): void {
    this.#engine = engine;
    void this.#pump();
  }

  stop(): void {
    this.#engine = undefined;
  }

  enqueue(executionIds: readonly string[]): void {
    for (const id of executionIds) {
      if (this.#pending.size < maxPending) this.#pending.add(id);
      else this.#behind = true;
    }
    void this.#pump();
  }

  /** A place became free. */
  wake(): void {
    if (this.#pending.size > 0 || this.#behind) void this.#pump();
  }

  /** Looks for queued executions that nobody told this process of. */
  poll(): void {
    this.#behind = true;
    void this.#pump();
  }

  async #pump(): Promise<void> {
    if (this.#pumping) {
      this.#again = true;
      return;
    }
    this.#pumping = true;
    try {
      do {
        this.#again = false;
        await this.#fill();
      } while (this.#again);
    } catch (error) {
      // The store is out of reach for the moment: the ids are still queued there, and the next poll finds them.
      this.#behind = true;
      this.#logger.warn({ err: error }, 'Queued executions could not be claimed');
    } finally {
      this.#pumping = false;
    }
  }

  async #fill(): Promise<void> {
    const engine = this.#engine;
    while (engine && engine === this.#engine && engine.free > 0) {
      if (this.#pending.size > 0) {
        const ids = [...this.#pending].slice(0, engine.free);
        for (const id of ids) this.#pending.delete(id);
        await engine.claim(ids);
      } else if (this.#behind) {
        const free = engine.free;
        const claimed = await engine.claim();
        this.#behind = claimed === free;
      } else {
        return;
      }
    }
  }
}
