/**
 * A distribution in plain numbers: what the hot path adds to, and what a scrape turns into a histogram. Adding costs a
 * few comparisons and no allocation.
 */
export class Tally {
  /** Ascending; a value counts in the first bucket whose bound it does not exceed. */
  readonly bounds: readonly number[];
  /** One per bound, then one for what is above the last. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  get count(): number {
    let count = 0;
    for (const one of this.counts) count += one;
    return count;
  }

  add(value: number): void {
    const { bounds } = this;
    let at = 0;
    while (at < bounds.length && value > bounds[at]!) at += 1;
    this.counts[at]! += 1;
    // A clock that was set back makes a duration negative; a sum that shrinks would look like a restart.
    if (value > 0) this.sum += value;
  }

  /** Adds all of another tally of the same bounds. */
  addAll(other: Tally): void {
    for (const [at, count] of other.counts.entries()) this.counts[at]! += count;
    this.sum += other.sum;
  }
}

/** Bounds of work that usually takes milliseconds, in milliseconds. */
export const shortBoundsMs = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000] as const;
/** Bounds of work that may take an hour, in milliseconds. */
export const longBoundsMs = [
  5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000, 3_600_000,
] as const;
