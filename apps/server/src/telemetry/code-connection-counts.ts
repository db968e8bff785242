/** Connections that code made, by what came of them: "2xx", "redirected", "refused", "failed". */
export class CodeConnectionCounts {
  readonly byOutcome = new Map<string, number>(
    ['2xx', '4xx', '5xx', 'redirected', 'refused', 'failed'].map((outcome) => [outcome, 0]),
  );

  add(outcome: string): void {
    this.byOutcome.set(outcome, (this.byOutcome.get(outcome) ?? 0) + 1);
  }
}
