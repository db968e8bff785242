import { toNumber } from '../runtime/convert.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { Namespace, type NativeRun } from '../runtime/values.ts';
import { createMembers } from './native.ts';

const unary = [
  ...[
    'abs',
    'acos',
    'acosh',
    'asin',
    'asinh',
    'atan',
    'atanh',
    'cbrt',
    'ceil',
    'clz32',
    'cos',
    'cosh',
    'exp',
  ],
  ...[
    'expm1',
    'floor',
    'fround',
    'log',
    'log10',
    'log1p',
    'log2',
    'round',
    'sign',
    'sin',
    'sinh',
    'sqrt',
    'tan',
  ],
  ...['tanh', 'trunc'],
] as const;
const constants = ['E', 'LN10', 'LN2', 'LOG10E', 'LOG2E', 'PI', 'SQRT1_2', 'SQRT2'] as const;

const functions: Record<string, NativeRun> = {
  atan2: (evaluation, [y, x]) => Math.atan2(toNumber(evaluation, y), toNumber(evaluation, x)),
  imul: (evaluation, [a, b]) => Math.imul(toNumber(evaluation, a), toNumber(evaluation, b)),
  pow: (evaluation, [base, exponent]) => toNumber(evaluation, base) ** toNumber(evaluation, exponent),
  hypot: (evaluation, args) =>
    Math.sqrt(args.reduce<number>((sum, arg) => sum + toNumber(evaluation, arg) ** 2, 0)),
  max: findMost,
  min: findLeast,
  random: (evaluation) => evaluation.scope.random(),
};

export const math = new Namespace(
  createMembers({
    ...Object.fromEntries(constants.map((name) => [name, Math[name]])),
    ...Object.fromEntries(
      unary.map((name): [string, NativeRun] => [
        name,
        (evaluation, [value]) => Math[name](toNumber(evaluation, value)),
      ]),
    ),
    ...functions,
  }),
);

/** The greatest of any number of arguments; NaN when one is no number. */
export function findMost(evaluation: Evaluation, args: readonly unknown[]): number {
  return args.reduce<number>(
    (most, arg) => Math.max(most, toNumber(evaluation, arg)),
    Number.NEGATIVE_INFINITY,
  );
}

/** The least of any number of arguments; NaN when one is no number. */
export function findLeast(evaluation: Evaluation, args: readonly unknown[]): number {
  return args.reduce<number>(
    (least, arg) => Math.min(least, toNumber(evaluation, arg)),
    Number.POSITIVE_INFINITY,
  );
}
