import type { Clock } from '@navette/kit';

/** Records that nobody depends on are written after this, for those who watch. */
const defaultLazyFlushMs = 50;

export interface LazilyFlushed {
  /** Writes what was appended before the given time and is still not written. */
  flushOlderThan(time: number): void;
}

export interface LazilyFlushedRuns {
  readonly size: number;
  list(): LazilyFlushed[];
}

/** Looks over the runs of an engine now and then and has them write what nothing else makes them write. */
export class LazyFlusher {
  readonly #clock: Clock;
  readonly #runs: LazilyFlushedRuns;
  readonly #afterMs: number;
  #looking = false;

  constructor(clock: Clock, runs: LazilyFlushedRuns, afterMs = defaultLazyFlushMs) {
    this.#clock = clock;
    this.#runs = runs;
    this.#afterMs = afterMs;
  }

  /** There is a run. It goes on looking until there has been none for two turns. */
  start(): void {
    if (!this.#looking) void this.#look();
  }

  async #look(): Promise<void> {
    this.#looking = true;
    for (let idleTurns = 0; idleTurns < 2; idleTurns = this.#runs.size > 0 ? 0 : idleTurns + 1) {
      await this.#clock.sleep(this.#afterMs);
      const before = this.#clock.now() - this.#afterMs;
      for (const run of this.#runs.list()) run.flushOlderThan(before);
    }
    this.#looking = false;
  }
}
