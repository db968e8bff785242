import type { Clock } from '@navette/kit';

/** Between two beats, and the longest that a loop with nothing to do waits for its next turn. */
export const beatMs = 1_000;

/**
 * Wakes all loops that rest at the same moment: what they ask the database then goes into one statement (SharedLook), and a
 * process at rest wakes up once a second. It stands still while nobody waits for it.
 */
export class Beat {
  readonly #clock: Clock;
  #waiting = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves with the next beat, `beatMs` from now at the latest, or with the signal. */
  next(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    if (this.#waiting.size === 0) void this.#clock.sleep(beatMs).then(() => this.#strike());
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = () => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done);
    this.#waiting.add(done);
    return promise;
  }

  #strike(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const done of waiting) done();
  }
}
