import type { Sample } from '../metric.ts';
import type { WorkerFacts } from '../metric-facts.ts';

export const msPerSecond = 1_000;

/** No sample where there is nothing to tell. */
export function optional(value: number | undefined): Sample[] {
  return value === undefined ? [] : [{ value }];
}

export function whereExecuted({ executes }: WorkerFacts, value: number): Sample[] {
  return executes ? [{ value }] : [];
}
