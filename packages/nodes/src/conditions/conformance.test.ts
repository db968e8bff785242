import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NavetteError } from '@navette/kit';
import { describe, expect, it } from 'vitest';
import { evaluateConditions } from './evaluate.ts';
import { conditionsSchema } from './schema.ts';

interface FilterCase {
  id: string;
  filter: {
    combinator: 'and' | 'or';
    conditions: {
      leftValue?: unknown;
      rightValue?: unknown;
      operator: { type: string; operation: string };
    }[];
    options: { caseSensitive: boolean; typeValidation: 'strict' | 'loose' };
  };
  expect: { value?: boolean; throws?: string | true };
}

const casesFile = fileURLToPath(
  new URL('../../../../../shared/conformance/n8n/filters.jsonl', import.meta.url),
);
const baselineFile = new URL('./conformance-baseline.json', import.meta.url);

/** Values that JSON cannot hold come as {"$type": …}. */
function decode(value: unknown): unknown {
  const tagged = value as { $type?: string; value?: string } | null | undefined;
  if (tagged?.$type === 'undefined') return undefined;
  if (tagged?.$type === 'number') return Number(tagged.value);
  return value;
}

/** Whether our engine gives what the case expects; for errors, that it names the same type, condition and item. */
function passes({ filter, expect: expected }: FilterCase): boolean {
  const conditions = conditionsSchema.parse({
    combinator: filter.combinator,
    conditions: filter.conditions.map(({ leftValue, rightValue, operator }) => ({
      left: decode(leftValue),
      operator: { type: operator.type, operation: operator.operation },
      right: decode(rightValue),
    })),
    options: {
      caseSensitive: filter.options.caseSensitive,
      typeValidation: filter.options.typeValidation,
    },
  });
  try {
    return evaluateConditions(conditions, { itemIndex: 0, timeZone: 'UTC' }) === expected.value;
  } catch (error) {
    if (!NavetteError.is(error) || expected.throws === undefined) return false;
    if (expected.throws === true) return true;
    const { actual, expected: wanted, condition, item } = error.params;
    const words = `is ${actual} but was expecting ${wanted} [condition ${condition}, item ${item}]`;
    return expected.throws.includes(words.replace('a text', 'a string').replace('a list', 'an array'));
  }
}

describe.skipIf(!existsSync(casesFile))('n8n filter cases', () => {
  it('pass, at least as many as before', () => {
    const cases = readFileSync(casesFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as FilterCase);
    const failed = cases.filter((one) => !passes(one)).map(({ id }) => id);
    const baseline = JSON.parse(readFileSync(baselineFile, 'utf8')) as { total: number; failing: string[] };
    console.log(`n8n filter cases: ${cases.length - failed.length} of ${cases.length} pass`);
    expect(cases.length).toBe(baseline.total);
    expect(failed).toEqual(baseline.failing);
  });
});
