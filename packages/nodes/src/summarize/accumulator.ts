import type { Json } from '@navette/kit';
import { keyOf } from '../fields/deep-equal.ts';
import { kindOf } from '../fields/kind-of.ts';
import {
  compareKeys,
  isMissingKey,
  isNumberKey,
  readNumber,
  type SortKey,
  toSortKey,
} from '../sort/sort-key.ts';
import { summarizeErrors } from './errors.ts';
import type { Summary, SummaryOperation } from './parameters.ts';

/** Takes the values of one field of one group, one by one, and gives their summary. */
export interface Accumulator {
  add(value: Json | undefined, itemIndex: number): void;
  result(): Json;
}

export interface AccumulatorRules {
  skipNotNumbers: boolean;
  timeZone: string;
}

export function createAccumulator(summary: Summary, rules: AccumulatorRules): Accumulator {
  return creators[summary.operation](summary, rules);
}

const creators: Record<SummaryOperation, (summary: Summary, rules: AccumulatorRules) => Accumulator> = {
  count: createCount,
  countUnique: createCountUnique,
  sum: (summary, rules) => fromNumbers(summary, rules, sumOf),
  average: (summary, rules) =>
    fromNumbers(summary, rules, (numbers) => (numbers.length === 0 ? null : sumOf(numbers) / numbers.length)),
  median: (summary, rules) => fromNumbers(summary, rules, medianOf),
  min: (_, rules) => createExtreme(rules, -1),
  max: (_, rules) => createExtreme(rules, 1),
  append: (summary) => createList(summary, (values) => values),
  appendUnique: (summary) => createList(summary, listUnique),
  concatenate: (summary) => createList(summary, (values) => values.map(toText).join(summary.separator)),
};

function createCount({ field, includeEmpty }: Summary): Accumulator {
  let count = 0;
  return {
    add(value) {
      if (field === '' || includeEmpty || !isBlank(value)) count += 1;
    },
    result: () => count,
  };
}

function createCountUnique({ includeEmpty }: Summary): Accumulator {
  const seen = new Set<string>();
  return {
    add(value) {
      if (includeEmpty || !isBlank(value)) seen.add(keyOf(value ?? null));
    },
    result: () => seen.size,
  };
}

function fromNumbers(
  { field, operation }: Summary,
  { skipNotNumbers }: AccumulatorRules,
  summarise: (numbers: number[]) => Json,
): Accumulator {
  const numbers: number[] = [];
  return {
    add(value, item) {
      if (isBlank(value)) return;
      const number = typeof value === 'string' ? readNumber(value) : value;
      if (typeof number === 'number' && Number.isFinite(number)) numbers.push(number);
      else if (!skipNotNumbers) {
        throw summarizeErrors.create('NODE_SUMMARIZE_NUMBER', {
          params: { item, field, operation, actual: kindOf(value) },
        });
      }
    },
    result: () => summarise(numbers),
  };
}

/** The first or last in the order that Sort has: numbers before texts, texts in natural order. */
function createExtreme({ timeZone }: AccumulatorRules, sign: 1 | -1): Accumulator {
  const rules = { type: 'auto', caseSensitive: true, timeZone } as const;
  let best: { value: Json; key: SortKey } | undefined;
  return {
    add(value) {
      if (value === undefined || isBlank(value)) return;
      const key = toSortKey(value, rules);
      if (isMissingKey(key)) return;
      if (!best || compareKeys(key, best.key, true) * sign > 0) best = { value, key };
    },
    result() {
      if (best === undefined) return null;
      // A text that is a number was compared as one, so it is given as one.
      return isNumberKey(best.key) ? best.key.number : best.value;
    },
  };
}

function createList({ includeEmpty }: Summary, finish: (values: Json[]) => Json): Accumulator {
  const values: Json[] = [];
  return {
    add(value) {
      if (includeEmpty || !isBlank(value)) values.push(value ?? null);
    },
    result: () => finish(values),
  };
}

/** Neumaier's compensated summation: 0.1 ten times gives 1. */
function sumOf(numbers: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  for (const number of numbers) {
    const next = sum + number;
    lost += Math.abs(sum) >= Math.abs(number) ? sum - next + number : number - next + sum;
    sum = next;
  }
  return Number.isFinite(lost) ? sum + lost : sum;
}

function medianOf(numbers: readonly number[]): Json {
  if (numbers.length === 0) return null;
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function listUnique(values: readonly Json[]): Json[] {
  const byKey = new Map<string, Json>();
  for (const value of values) {
    const key = keyOf(value);
    if (!byKey.has(key)) byKey.set(key, value);
  }
  return [...byKey.values()];
}

function toText(value: Json): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isBlank(value: Json | undefined): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}
