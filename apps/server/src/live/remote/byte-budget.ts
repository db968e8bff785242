/** So many bytes a second, after so many at once. */
export class ByteBudget {
  readonly #perSecond: number;
  readonly #most: number;
  #left: number;
  #at = performance.now();

  constructor({ perSecond, atOnce }: { perSecond: number; atOnce: number }) {
    this.#perSecond = perSecond;
    this.#most = atOnce;
    this.#left = atOnce;
  }

  /** What may be spent now; `share` is how many have the budget together. */
  left(share = 1): number {
    const now = performance.now();
    this.#left = Math.min(this.#most, this.#left + ((now - this.#at) * this.#perSecond) / (1_000 * share));
    this.#at = now;
    return this.#left;
  }

  spend(bytes: number): void {
    this.#left -= bytes;
  }
}
