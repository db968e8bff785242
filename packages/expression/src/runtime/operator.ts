import { limits } from '../limits.ts';
import type { BinaryOperator } from '../syntax/ast.ts';
import { createBudgetError } from './budget-error.ts';
import { describeType, type Primitive, toKey, toNumeric, toPrimitive, toText } from './convert.ts';
import type { Evaluation } from './evaluation.ts';
import { createTypeFault } from './thrown.ts';
import { Callable, isPlainObject, NativeFunction, View } from './values.ts';

export type BinaryRun = (evaluation: Evaluation, left: unknown, right: unknown) => unknown;

/** What each binary operator does to two values. */
export const binaryOperators: Readonly<Record<BinaryOperator, BinaryRun>> = {
  '+': add,
  '-': createArithmetic(
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  '*': createArithmetic((a, b) => a * b, multiplyBig),
  '/': createArithmetic((a, b) => a / b, divideBig),
  '%': createArithmetic((a, b) => a % b, remainderBig),
  '**': createArithmetic((a, b) => a ** b, raiseBig),
  '&': createArithmetic(
    (a, b) => a & b,
    (a, b) => a & b,
  ),
  '|': createArithmetic(
    (a, b) => a | b,
    (a, b) => a | b,
  ),
  '^': createArithmetic(
    (a, b) => a ^ b,
    (a, b) => a ^ b,
  ),
  '<<': createArithmetic((a, b) => a << b, shiftBig),
  '>>': createArithmetic(
    (a, b) => a >> b,
    (a, b) => shiftBig(a, -b),
  ),
  '>>>': createArithmetic((a, b) => a >>> b, refuseBig),
  '==': (evaluation, left, right) => isLooselyEqual(evaluation, left, right),
  '!=': (evaluation, left, right) => !isLooselyEqual(evaluation, left, right),
  '===': isSame,
  '!==': (evaluation, left, right) => !isSame(evaluation, left, right),
  '<': createComparison((a, b) => a < b),
  '>': createComparison((a, b) => a > b),
  '<=': createComparison((a, b) => a <= b),
  '>=': createComparison((a, b) => a >= b),
  in: hasField,
  instanceof: isInstance,
};

export function add(evaluation: Evaluation, left: unknown, right: unknown): unknown {
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  if (typeof left === 'string' && typeof right === 'string') return concatenate(left, right);
  const a = toPrimitive(evaluation, left, 'default');
  const b = toPrimitive(evaluation, right, 'default');
  if (typeof a === 'string' || typeof b === 'string') return concatenate(String(a), String(b));
  return addNumbers(evaluation, a, b);
}

const addNumbers = createArithmetic(
  (a, b) => a + b,
  (a, b) => a + b,
);

function concatenate(left: string, right: string): string {
  if (left.length + right.length > limits.textLength) {
    throw createBudgetError(limits.textLength, 'characters in one text');
  }
  return left + right;
}

function createArithmetic(
  number: (left: number, right: number) => number,
  big: (left: bigint, right: bigint) => bigint,
): BinaryRun {
  return (evaluation, left, right) => {
    if (typeof left === 'number' && typeof right === 'number') return number(left, right);
    const a = toNumeric(evaluation, left);
    const b = toNumeric(evaluation, right);
    if (typeof a === 'number' && typeof b === 'number') return number(a, b);
    if (typeof a === 'bigint' && typeof b === 'bigint') return limitBig(big(a, b));
    throw createTypeFault('a bigint and a number cannot be mixed; convert one of them');
  };
}

const maxBigBits = 65_536;
const maxBig = 1n << BigInt(maxBigBits);

function limitBig(value: bigint): bigint {
  if (value > maxBig || value < -maxBig) throw createBudgetError(maxBigBits, 'bits in a bigint');
  return value;
}

function multiplyBig(left: bigint, right: bigint): bigint {
  return left * right;
}

function divideBig(left: bigint, right: bigint): bigint {
  if (right === 0n) throw createTypeFault('a bigint is divided by zero');
  return left / right;
}

function remainderBig(left: bigint, right: bigint): bigint {
  if (right === 0n) throw createTypeFault('a bigint is divided by zero');
  return left % right;
}

function raiseBig(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) throw createTypeFault('a bigint is raised to a negative power');
  const bits = base.toString(2).length;
  if (base !== 0n && base !== 1n && base !== -1n && exponent * BigInt(bits) > 2 * maxBigBits) {
    throw createBudgetError(maxBigBits, 'bits in a bigint');
  }
  return base ** exponent;
}

function shiftBig(left: bigint, right: bigint): bigint {
  if (right > maxBigBits) throw createBudgetError(maxBigBits, 'bits in a bigint');
  return right < -2 * maxBigBits ? left >> BigInt(2 * maxBigBits) : left << right;
}

function refuseBig(): bigint {
  throw createTypeFault('">>>" does not work on bigints');
}

function createComparison(
  compare: (left: string | number | bigint, right: string | number | bigint) => boolean,
): BinaryRun {
  return (evaluation, left, right) => {
    const a = toPrimitive(evaluation, left, 'number');
    const b = toPrimitive(evaluation, right, 'number');
    if (typeof a === 'string' && typeof b === 'string') return compare(a, b);
    return compare(toComparable(a), toComparable(b));
  };
}

function toComparable(value: Primitive): number | bigint {
  return typeof value === 'bigint' ? value : Number(value);
}

/** `left === right`. */
export function isSame(evaluation: Evaluation, left: unknown, right: unknown): boolean {
  if (typeof left === 'string') evaluation.touch(left.length);
  return left === right;
}

export function isLooselyEqual(evaluation: Evaluation, left: unknown, right: unknown): boolean {
  if (isSame(evaluation, left, right)) return true;
  const isLeftEmpty = left === null || left === undefined;
  const isRightEmpty = right === null || right === undefined;
  if (isLeftEmpty || isRightEmpty) return isLeftEmpty && isRightEmpty;
  const isLeftObject = typeof left === 'object';
  const isRightObject = typeof right === 'object';
  if (isLeftObject && isRightObject) return false;
  const a = isLeftObject ? toPrimitive(evaluation, left, 'default') : left;
  const b = isRightObject ? toPrimitive(evaluation, right, 'default') : right;
  // Both are primitives of the host now, so its own rule is safe.
  // biome-ignore lint/suspicious/noDoubleEquals: this is the language's ==
  return a == b;
}

function hasField(evaluation: Evaluation, left: unknown, right: unknown): boolean {
  const key = toKey(evaluation, left);
  if (right instanceof View) return right.keys().includes(key);
  if (Array.isArray(right)) return key === 'length' || Object.hasOwn(right, key);
  if (isPlainObject(right)) return Object.hasOwn(right, key);
  if (typeof right === 'object' && right !== null) return false;
  throw createTypeFault(`"in" needs an object on its right side, not ${describeType(right)}`);
}

function isInstance(_evaluation: Evaluation, left: unknown, right: unknown): boolean {
  if (!(right instanceof Callable))
    throw createTypeFault('"instanceof" needs a type such as Date on its right side');
  return right instanceof NativeFunction && (right.isInstance?.(left) ?? false);
}

/** `typeof value` of the language. */
export function readTypeName(value: unknown): string {
  return value instanceof Callable ? 'function' : typeof value;
}

/** One text of the chunks of a template literal. */
export function joinTemplate(
  evaluation: Evaluation,
  texts: readonly string[],
  values: readonly unknown[],
): string {
  let text = texts[0]!;
  for (let i = 0; i < values.length; i++) {
    text = concatenate(text, toText(evaluation, values[i]));
    text = concatenate(text, texts[i + 1]!);
  }
  return evaluation.text(text);
}
