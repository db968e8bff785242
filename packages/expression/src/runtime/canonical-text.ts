import { DateTime } from 'luxon';
import { limits } from '../limits.ts';
import { createBudgetError } from './budget-error.ts';
import type { Evaluation } from './evaluation.ts';
import { isPlainObject } from './values.ts';

/**
 * A text that is the same for values that look the same (as `isDeepEqual` has it), so that sets and maps can find
 * them. Values without content of their own, such as functions, get a text that nothing else has.
 */
export function toCanonicalText(evaluation: Evaluation, value: unknown, depth = 0): string {
  evaluation.step();
  if (depth > limits.valueDepth) throw createBudgetError(limits.valueDepth, 'values inside one another');
  if (typeof value === 'string') {
    evaluation.touch(value.length);
    return evaluation.text(JSON.stringify(value));
  }
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
  if (Array.isArray(value)) {
    return `[${value.map((element) => toCanonicalText(evaluation, element, depth + 1)).join(',')}]`;
  }
  if (value instanceof Date || value instanceof DateTime) return `@${value.valueOf()}`;
  if (!isPlainObject(value)) return `#${identify(value)}`;
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${toCanonicalText(evaluation, value[key], depth + 1)}`);
  return `{${fields.join(',')}}`;
}

const identities = new WeakMap<object, number>();
let lastIdentity = 0;

function identify(value: object): number {
  const known = identities.get(value);
  if (known !== undefined) return known;
  lastIdentity += 1;
  identities.set(value, lastIdentity);
  return lastIdentity;
}
