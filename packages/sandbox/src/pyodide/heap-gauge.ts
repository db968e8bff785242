/**
 * How far the memory of the interpreter may grow. To refuse a growth would be a MemoryError of Python, which leaves texts
 * that grow in place in disorder (Python 3.14.2: `s += s` then fails with a TypeError): so the task ends at once.
 */
export class HeapGauge {
  readonly #onBreach: (usedBytes: number) => never;
  #baseBytes = Number.POSITIVE_INFINITY;
  #allowedBytes = Number.POSITIVE_INFINITY;

  constructor(onBreach: (usedBytes: number) => never) {
    this.#onBreach = onBreach;
  }

  /** What an interpreter holds that has not worked yet; limits come on top of it. */
  calibrate(baseBytes: number): void {
    this.#baseBytes = baseBytes;
  }

  allow(moreBytes: number): void {
    this.#allowedBytes = this.#baseBytes + moreBytes;
  }

  /** The memory is about to have so many bytes. */
  check(bytes: number): void {
    if (bytes > this.#allowedBytes) this.#onBreach(bytes - this.#baseBytes);
  }
}
