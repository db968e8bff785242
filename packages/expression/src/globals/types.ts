import { callbackArgument } from '../methods/arguments.ts';
import { RegexSyntaxError } from '../regex/regex-syntax-error.ts';
import { compileRegex, RegexValue } from '../regex/regex-value.ts';
import {
  describeType,
  toElements,
  toInteger,
  toNumber,
  toNumeric,
  toPrimitive,
  toText,
} from '../runtime/convert.ts';
import { formatDate, parseDate } from '../runtime/date-text.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { createTypeFault, Thrown } from '../runtime/thrown.ts';
import { ErrorValue, isPlainObject, type NativeFunction } from '../runtime/values.ts';
import { createType } from './native.ts';

/** The types of JavaScript that expressions know by name. `new String(x)` gives a plain text, as everyone expects. */

const toTextValue = (evaluation: Evaluation, args: readonly unknown[]) =>
  args.length === 0 ? '' : toText(evaluation, args[0]);

const stringType = createType('String', {
  construct: toTextValue,
  members: {
    fromCharCode: (evaluation, codes) =>
      String.fromCharCode(...codes.slice(0, 10_000).map((code) => toNumber(evaluation, code))),
    fromCodePoint: (evaluation, codes) =>
      String.fromCodePoint(...codes.slice(0, 10_000).map((code) => toNumber(evaluation, code))),
  },
});

const numberType = createType('Number', {
  construct: (evaluation, args) => (args.length === 0 ? 0 : Number(toNumeric(evaluation, args[0]))),
  members: {
    isInteger: (_evaluation, [value]) => Number.isInteger(value),
    isSafeInteger: (_evaluation, [value]) => Number.isSafeInteger(value),
    isFinite: (_evaluation, [value]) => Number.isFinite(value),
    isNaN: (_evaluation, [value]) => Number.isNaN(value),
    parseFloat: (evaluation, [text]) => Number.parseFloat(toText(evaluation, text)),
    parseInt: (evaluation, [text, radix]) =>
      Number.parseInt(toText(evaluation, text), toInteger(evaluation, radix)),
    EPSILON: Number.EPSILON,
    MAX_SAFE_INTEGER: Number.MAX_SAFE_INTEGER,
    MIN_SAFE_INTEGER: Number.MIN_SAFE_INTEGER,
    MAX_VALUE: Number.MAX_VALUE,
    MIN_VALUE: Number.MIN_VALUE,
    NaN: Number.NaN,
    POSITIVE_INFINITY: Number.POSITIVE_INFINITY,
    NEGATIVE_INFINITY: Number.NEGATIVE_INFINITY,
  },
});

const booleanType = createType('Boolean', { construct: (_evaluation, [value]) => Boolean(value) });

const bigintType = createType('BigInt', {
  call: (evaluation, [value]) => {
    const primitive = toPrimitive(evaluation, value, 'number');
    const isTooLong = typeof primitive === 'string' && primitive.length > 20_000;
    if (primitive === null || primitive === undefined || isTooLong) {
      throw createTypeFault(`a value of type ${describeType(value)} is not a bigint`);
    }
    return BigInt(primitive);
  },
});

const arrayType = createType('Array', {
  construct: (evaluation, args) => {
    const [length] = args;
    if (args.length !== 1 || typeof length !== 'number') return evaluation.list([...args]);
    return createListOfLength(evaluation, length);
  },
  isInstance: Array.isArray,
  members: {
    isArray: (_evaluation, [value]) => Array.isArray(value),
    of: (evaluation, args) => evaluation.list([...args]),
    from: (evaluation, [source, callback]) => {
      const elements = listElements(evaluation, source);
      if (callback === undefined) return evaluation.list(elements);
      const callable = callbackArgument(callback, 'Array.from');
      return evaluation.list(elements.map((element, index) => callable.call(evaluation, [element, index])));
    },
  },
});

function createListOfLength(evaluation: Evaluation, length: number): unknown[] {
  if (!Number.isInteger(length) || length < 0)
    throw createTypeFault('the length of a list is a whole number');
  evaluation.reserveList(length);
  return evaluation.own(new Array(length));
}

/** What `Array.from` takes besides lists: `{ length: 3 }`. */
function listElements(evaluation: Evaluation, source: unknown): unknown[] {
  if (!isPlainObject(source)) return toElements(evaluation, source);
  const length = Math.max(0, toInteger(evaluation, Object.hasOwn(source, 'length') ? source['length'] : 0));
  const list = createListOfLength(evaluation, length);
  for (let index = 0; index < length; index++) {
    list[index] = Object.hasOwn(source, index) ? source[index] : undefined;
  }
  return list;
}

const dateType = createType('Date', {
  call: (evaluation) => formatDate(new Date(evaluation.scope.now())),
  construct: (evaluation, args) => evaluation.own(new Date(readTime(evaluation, args))),
  isInstance: (value) => value instanceof Date,
  members: {
    now: (evaluation) => evaluation.scope.now(),
    parse: (evaluation, [text]) => parseDate(toText(evaluation, text)),
    UTC: (evaluation, args) => toTime(evaluation, args),
  },
});

function readTime(evaluation: Evaluation, args: readonly unknown[]): number {
  const [value] = args;
  if (args.length === 0) return evaluation.scope.now();
  if (args.length > 1) return toTime(evaluation, args);
  if (value instanceof Date) return value.getTime();
  const primitive = toPrimitive(evaluation, value, 'number');
  return typeof primitive === 'string' ? parseDate(primitive) : Number(primitive);
}

/** Year, month from 0, day, hours and so on; local time of a `Date` is UTC. */
function toTime(evaluation: Evaluation, args: readonly unknown[]): number {
  const [year, month = 0, ...rest] = args.slice(0, 7).map((arg) => toNumber(evaluation, arg));
  return Date.UTC(year ?? Number.NaN, month, ...rest);
}

const regexType = createType('RegExp', {
  construct: (evaluation, [pattern, flags]) => {
    const isRegex = pattern instanceof RegexValue;
    const source = isRegex
      ? pattern.compiled.source
      : pattern === undefined
        ? ''
        : toText(evaluation, pattern);
    const flagText =
      flags === undefined ? (isRegex ? pattern.compiled.flags.text : '') : toText(evaluation, flags);
    evaluation.step(source.length);
    try {
      return new RegexValue(compileRegex(source, flagText));
    } catch (error) {
      if (!(error instanceof RegexSyntaxError)) throw error;
      const reason = `the regular expression is not valid: ${error.message}`;
      throw new Thrown(new ErrorValue('SyntaxError', reason), 'EXPRESSION_TYPE', { reason });
    }
  },
  isInstance: (value) => value instanceof RegexValue,
});

const mapType = createType('Map', {
  call: () => {
    throw createTypeFault('Map needs "new"');
  },
  construct: (evaluation, [entries]) => {
    const pairs = entries === undefined || entries === null ? [] : toElements(evaluation, entries);
    return new Map(
      pairs.map((pair) => {
        if (!Array.isArray(pair)) throw createTypeFault(`a pair is needed, not ${describeType(pair)}`);
        return [pair[0], pair[1]];
      }),
    );
  },
  isInstance: (value) => value instanceof Map,
});

const setType = createType('Set', {
  call: () => {
    throw createTypeFault('Set needs "new"');
  },
  construct: (evaluation, [values]) =>
    new Set(values === undefined || values === null ? [] : toElements(evaluation, values)),
  isInstance: (value) => value instanceof Set,
});

const errorNames = [
  ...['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'URIError', 'EvalError'],
];

const errorTypes = errorNames.map((name) =>
  createType(name, {
    construct: (evaluation, [message, options]) => {
      const text = message === undefined ? '' : toText(evaluation, message);
      const cause = isPlainObject(options) && Object.hasOwn(options, 'cause') ? options['cause'] : undefined;
      return new ErrorValue(name, text, cause);
    },
    isInstance: (value) => value instanceof ErrorValue && (name === 'Error' || value.name === name),
  }),
);

export const types: readonly NativeFunction[] = [
  ...[stringType, numberType, booleanType, bigintType, arrayType, dateType, regexType, mapType, setType],
  ...errorTypes,
];
