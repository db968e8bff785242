export interface AttemptLimit {
  attempts: number;
  perMs: number;
}

interface Window {
  startedAt: number;
  attempts: number;
}

/** How many keys are remembered; beyond it the oldest windows are forgotten. */
const maxKeys = 10_000;

/** Counts attempts by key (an address, an account) in fixed windows, in the memory of this process. */
export class AttemptLimiter {
  readonly #limit: AttemptLimit;
  readonly #now: () => number;
  readonly #windows = new Map<string, Window>();

  constructor(limit: AttemptLimit, now: () => number = Date.now) {
    this.#limit = limit;
    this.#now = now;
  }

  /** Counts an attempt. Gives 0 when it is allowed, else the milliseconds until the next one is. */
  take(key: string): number {
    const now = this.#now();
    let window = this.#windows.get(key);
    if (window === undefined || now - window.startedAt >= this.#limit.perMs) {
      window = { startedAt: now, attempts: 0 };
      this.#windows.delete(key);
      this.#windows.set(key, window);
      this.#forgetOldest();
    }
    window.attempts += 1;
    return window.attempts <= this.#limit.attempts ? 0 : window.startedAt + this.#limit.perMs - now;
  }

  /** After a success. */
  forget(key: string): void {
    this.#windows.delete(key);
  }

  #forgetOldest(): void {
    if (this.#windows.size <= maxKeys) return;
    this.#windows.delete(this.#windows.keys().next().value!);
  }
}
