import { describeType, toInteger, toKey, toNumber, toText } from '../runtime/convert.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { assertAllowedName } from '../runtime/member.ts';
import { createArgumentError } from '../runtime/thrown.ts';
import { isPlainObject, type NativeRun, setOwn } from '../runtime/values.ts';
import { searchJmespath } from './jmespath/search.ts';
import { findLeast, findMost } from './math.ts';

/** Functions that stand by themselves: JavaScript's, and those of workflow tools. */
export const functions: Record<string, NativeRun> = {
  parseInt: (evaluation, [text, radix]) =>
    Number.parseInt(toText(evaluation, text), toInteger(evaluation, radix)),
  parseFloat: (evaluation, [text]) => Number.parseFloat(toText(evaluation, text)),
  isNaN: (evaluation, [value]) => Number.isNaN(toNumber(evaluation, value)),
  isFinite: (evaluation, [value]) => Number.isFinite(toNumber(evaluation, value)),
  encodeURI: (evaluation, [text]) => encodeURI(toText(evaluation, text)),
  encodeURIComponent: (evaluation, [text]) => encodeURIComponent(toText(evaluation, text)),
  decodeURI: (evaluation, [text]) => decodeURI(toText(evaluation, text)),
  decodeURIComponent: (evaluation, [text]) => decodeURIComponent(toText(evaluation, text)),
  $if: (_evaluation, [test, consequent, alternate]) => (test ? consequent : alternate),
  $ifEmpty: (_evaluation, [value, fallback]) => (isEmpty(value) ? fallback : value),
  $not: (_evaluation, [value]) => !value,
  not: (_evaluation, [value]) => !value,
  $min: findLeast,
  min: findLeast,
  $max: findMost,
  max: findMost,
  $average: findAverage,
  average: findAverage,
  numberList: (evaluation, [first, last]) => listNumbers(evaluation, first, last),
  zip: (evaluation, [keys, values]) => zip(evaluation, keys, values),
  $jmespath: (evaluation, [data, query]) => searchJmespath(evaluation, data, query),
  $jmesPath: (evaluation, [data, query]) => searchJmespath(evaluation, data, query),
};

/** Whether nothing is in a value: no value, no text, no element, no field. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isPlainObject(value) && Object.keys(value).length === 0;
}

function findAverage(evaluation: Evaluation, args: readonly unknown[]): number {
  const sum = args.reduce<number>((total, arg) => total + toNumber(evaluation, arg), 0);
  return sum / args.length;
}

/** The whole numbers from the first to the last, both included, upwards or downwards. */
function listNumbers(evaluation: Evaluation, first: unknown, last: unknown): number[] {
  const start = toInteger(evaluation, first);
  const end = toInteger(evaluation, last);
  const length = Math.abs(end - start) + 1;
  evaluation.reserveList(length);
  const step = end < start ? -1 : 1;
  return evaluation.own(Array.from({ length }, (_value, index) => start + index * step));
}

function zip(evaluation: Evaluation, keys: unknown, values: unknown): object {
  if (!Array.isArray(keys) || !Array.isArray(values)) {
    throw createArgumentError(
      'zip',
      `two lists are needed, not ${describeType(keys)} and ${describeType(values)}`,
    );
  }
  if (keys.length !== values.length)
    throw createArgumentError('zip', 'the two lists must have the same length');
  const zipped = evaluation.own({});
  for (const [index, value] of keys.entries()) {
    evaluation.step();
    const key = toKey(evaluation, value);
    assertAllowedName(key);
    setOwn(zipped, key, values[index]);
  }
  return zipped;
}
