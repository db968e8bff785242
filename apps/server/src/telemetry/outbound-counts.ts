import { longBoundsMs, Tally } from './tally.ts';

/** Names of servers that are counted apart: those that are asked first. */
const mostEndpoints = 50;
export const otherEndpoints = 'other';

/** Requests that workflows made to others, by where they went and what came of them. */
export class OutboundCounts {
  /** Endpoint → outcome → requests. An outcome is "2xx", or a code of the HTTP client in lower case: "timeout". */
  readonly byEndpoint = new Map<string, Map<string, number>>();
  readonly durationMs = new Tally(longBoundsMs);

  /** `endpoint`: as `nameEndpoint` gives it. */
  add(endpoint: string | undefined, outcome: string, durationMs: number): void {
    const outcomes = this.#outcomesOf(endpoint ?? otherEndpoints);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    this.durationMs.add(durationMs);
  }

  #outcomesOf(endpoint: string): Map<string, number> {
    const known = this.byEndpoint.get(endpoint);
    if (known) return known;
    if (endpoint !== otherEndpoints && this.byEndpoint.size >= mostEndpoints)
      return this.#outcomesOf(otherEndpoints);
    const outcomes = new Map<string, number>();
    this.byEndpoint.set(endpoint, outcomes);
    return outcomes;
  }
}
