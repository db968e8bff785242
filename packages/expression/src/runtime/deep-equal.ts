import { DateTime } from 'luxon';
import { limits } from '../limits.ts';
import { createBudgetError } from './budget-error.ts';
import type { Evaluation } from './evaluation.ts';
import { isPlainObject } from './values.ts';

/** Whether two values look the same: by content for lists, objects and dates, by identity for the rest. */
export function isDeepEqual(evaluation: Evaluation, left: unknown, right: unknown, depth = 0): boolean {
  evaluation.step();
  if (Object.is(left, right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (depth > limits.valueDepth) throw createBudgetError(limits.valueDepth, 'values inside one another');
  if (Array.isArray(left) && Array.isArray(right)) {
    return (
      left.length === right.length &&
      left.every((value, index) => isDeepEqual(evaluation, value, right[index], depth + 1))
    );
  }
  const isDate =
    (left instanceof Date || left instanceof DateTime) &&
    (right instanceof Date || right instanceof DateTime);
  if (isDate) return left.valueOf() === right.valueOf();
  if (!isPlainObject(left) || !isPlainObject(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every(
      (key) => Object.hasOwn(right, key) && isDeepEqual(evaluation, left[key], right[key], depth + 1),
    )
  );
}
