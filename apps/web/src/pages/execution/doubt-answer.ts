import type { DoubtOutcome, ResolveRequest } from '@navette/contracts';

/** What was chosen, by position of the item. */
export type ItemOutcomes = ReadonlyMap<number, DoubtOutcome>;

export interface DoubtChoice {
  /** Positions of the items in doubt; null when it is the step as a whole. */
  items: readonly number[] | null;
  outcome: DoubtOutcome | undefined;
  /** When each item is answered for by itself. */
  own: ItemOutcomes | undefined;
  output: ResolveRequest['output'];
  comment: string;
}

/** The answer as it is sent; undefined as long as something is left open. */
export function toAnswer(choice: DoubtChoice): Omit<ResolveRequest, 'question'> | undefined {
  const { items, outcome, own, output, comment } = choice;
  if (own && items) {
    if (!items.every((item) => own.has(item))) return undefined;
    return { items: items.map((item) => ({ item, outcome: own.get(item)! })), comment };
  }
  if (outcome === undefined) return undefined;
  return { outcome, items: [], comment, ...(output === undefined ? {} : { output }) };
}
