import { longBoundsMs, Tally } from './tally.ts';

/** Requests that workflows made to others: by status class, or the reason that there was no answer. */
export class OutboundCounts {
  /** "2xx", or a code of the HTTP client in lower case: "timeout". */
  readonly outcomes = new Map<string, number>();
  readonly durationMs = new Tally(longBoundsMs);

  add(outcome: string, durationMs: number): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    this.durationMs.add(durationMs);
  }
}
