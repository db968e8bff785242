import { type Database, type QueueDepth, readQueueDepth } from '@navette/store';

/** An answer is good for so long. */
const freshMs = 5_000;
/** Counting may take this share of the time at most: a queue that is slow to count is counted less often. */
const share = 1 / 50;
/** A scrape does not wait longer for a database that does not answer. */
const patienceMs = 2_000;

/** The depth of the queue, counted when somebody asks and the last answer is old. */
export class QueueReader {
  readonly #pool: Database['pool'];
  #answer: Promise<QueueDepth> | undefined;
  #goodUntil = 0;

  constructor(pool: Database['pool']) {
    this.#pool = pool;
  }

  /** Undefined when the database does not answer. */
  async read(): Promise<QueueDepth | undefined> {
    if (this.#answer === undefined || performance.now() >= this.#goodUntil) {
      this.#goodUntil = Number.POSITIVE_INFINITY;
      this.#answer = this.#count();
    }
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => late.resolve(undefined), patienceMs);
    try {
      return await Promise.race([this.#answer, late.promise]);
    } catch {
      // It shows in the metric `navette_database_up`.
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  async #count(): Promise<QueueDepth> {
    const startedAt = performance.now();
    try {
      return await readQueueDepth(this.#pool);
    } finally {
      const endedAt = performance.now();
      this.#goodUntil = endedAt + Math.max(freshMs, (endedAt - startedAt) / share);
    }
  }
}
