import type { Json } from '@navette/kit';
import { keyOf } from '../fields/deep-equal.ts';
import { isEmpty, isMissing } from './convert-operand.ts';
import type { ConditionType } from './operators.ts';
import { findPatternProblem, PatternProblem, testPattern } from './pattern.ts';

export interface Comparison {
  left: unknown;
  right: unknown;
  caseSensitive: boolean;
}

type Compare = (comparison: Comparison) => boolean | PatternProblem;

/**
 * Operations that look at presence, on values as they came. A wrong type is never an error here: what is there, is
 * there.
 */
export const presenceTests: Readonly<Record<string, (value: unknown) => boolean>> = {
  exists: (value) => !isMissing(value),
  notExists: (value) => isMissing(value),
  empty: (value) => isEmpty(value),
  notEmpty: (value) => !isEmpty(value),
};

/** Every other operation, on converted values; undefined stands for a missing one. */
export const comparisons: Readonly<Record<ConditionType, Readonly<Record<string, Compare>>>> = {
  string: {
    ...pairOf(
      'equals',
      'notEquals',
      text((left, right) => left === right, true),
    ),
    ...pairOf(
      'contains',
      'notContains',
      text((left, right) => left.includes(right)),
    ),
    ...pairOf(
      'startsWith',
      'notStartsWith',
      text((left, right) => left.startsWith(right)),
    ),
    ...pairOf(
      'endsWith',
      'notEndsWith',
      text((left, right) => left.endsWith(right)),
    ),
    ...pairOf('regex', 'notRegex', matchPattern),
  },
  number: {
    ...pairOf('equals', 'notEquals', ({ left, right }) => left === right),
    gt: ordered((left, right) => left > right),
    lt: ordered((left, right) => left < right),
    gte: ordered((left, right) => left >= right),
    lte: ordered((left, right) => left <= right),
  },
  dateTime: {
    ...pairOf('equals', 'notEquals', ({ left, right }) => left === right),
    after: ordered((left, right) => left > right),
    before: ordered((left, right) => left < right),
    afterOrEquals: ordered((left, right) => left >= right),
    beforeOrEquals: ordered((left, right) => left <= right),
  },
  boolean: {
    true: ({ left }) => left === true,
    // A flag that is missing is off.
    false: ({ left }) => left !== true,
    ...pairOf('equals', 'notEquals', ({ left, right }) => left === right),
  },
  array: {
    ...pairOf('contains', 'notContains', listContains),
    lengthEquals: byLength((length, right) => length === right),
    lengthNotEquals: byLength((length, right) => length !== right),
    lengthGt: byLength((length, right) => length > right),
    lengthLt: byLength((length, right) => length < right),
    lengthGte: byLength((length, right) => length >= right),
    lengthLte: byLength((length, right) => length <= right),
  },
  object: {},
};

function pairOf(name: string, negation: string, compare: Compare): Record<string, Compare> {
  return {
    [name]: compare,
    [negation]: (comparison) => {
      const result = compare(comparison);
      return result instanceof PatternProblem ? result : !result;
    },
  };
}

function text(test: (left: string, right: string) => boolean, missingIsEqual = false): Compare {
  return ({ left, right, caseSensitive }) => {
    if (left === undefined || right === undefined) return missingIsEqual && left === right;
    const fold = (value: unknown) => (caseSensitive ? (value as string) : (value as string).toLowerCase());
    return test(fold(left), fold(right));
  };
}

function matchPattern({ left, right }: Comparison): boolean | PatternProblem {
  if (right === undefined) return new PatternProblem('it is missing');
  if (left === undefined) return findPatternProblem(right as string) ?? false;
  return testPattern(right as string, left as string);
}

function ordered(test: (left: number, right: number) => boolean): Compare {
  return ({ left, right }) =>
    left !== undefined && right !== undefined && test(left as number, right as number);
}

function byLength(test: (length: number, right: number) => boolean): Compare {
  return ({ left, right }) =>
    left !== undefined && right !== undefined && test((left as unknown[]).length, right as number);
}

function listContains({ left, right, caseSensitive }: Comparison): boolean {
  if (left === undefined) return false;
  const list = left as unknown[];
  if (typeof right === 'string' && !caseSensitive) {
    const wanted = right.toLowerCase();
    return list.some((element) => typeof element === 'string' && element.toLowerCase() === wanted);
  }
  if (right === null || typeof right !== 'object') return list.includes(right);
  const wanted = keyOf(right as Json);
  return list.some((element) => keyOf(element as Json) === wanted);
}
