import { describeType, joinText, toText } from '../../runtime/convert.ts';
import { encodeJson } from '../../runtime/encode-json.ts';
import type { Evaluation } from '../../runtime/evaluation.ts';
import { isPlainObject, setOwn } from '../../runtime/values.ts';
import { createQueryError } from './query-tokens.ts';

export interface QueryCall {
  evaluation: Evaluation;
  args: readonly unknown[];
  /** Runs the query of an argument written with `&` on a value. */
  apply(reference: unknown, value: unknown): unknown;
}

type QueryFunction = (call: QueryCall) => unknown;

const ofNumbers: Record<string, QueryFunction> = {
  abs: ({ args: [value] }) => Math.abs(number(value, 'abs')),
  avg({ args: [list] }) {
    const values = numbers(list, 'avg');
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  },
  ceil: ({ args: [value] }) => Math.ceil(number(value, 'ceil')),
  floor: ({ args: [value] }) => Math.floor(number(value, 'floor')),
  sum: ({ args: [list] }) => numbers(list, 'sum').reduce((sum, value) => sum + value, 0),
};

const ofTexts: Record<string, QueryFunction> = {
  ends_with: ({ args: [value, part] }) => text(value, 'ends_with').endsWith(text(part, 'ends_with')),
  join: ({ evaluation, args: [glue, values] }) =>
    joinText(evaluation, list(values, 'join'), text(glue, 'join')),
  starts_with: ({ args: [value, part] }) => text(value, 'starts_with').startsWith(text(part, 'starts_with')),
};

const ofLists: Record<string, QueryFunction> = {
  map: ({ evaluation, args: [query, values], apply }) =>
    evaluation.list(list(values, 'map').map((value) => apply(query, value))),
  max: ({ args: [values] }) => pickExtreme(list(values, 'max'), (value) => value, 1),
  max_by: ({ args: [values, query], apply }) =>
    pickExtreme(list(values, 'max_by'), (value) => apply(query, value), 1),
  min: ({ args: [values] }) => pickExtreme(list(values, 'min'), (value) => value, -1),
  min_by: ({ args: [values, query], apply }) =>
    pickExtreme(list(values, 'min_by'), (value) => apply(query, value), -1),
  sort: ({ evaluation, args: [values] }) => sortBy(evaluation, list(values, 'sort'), (value) => value),
  sort_by: ({ evaluation, args: [values, query], apply }) =>
    sortBy(evaluation, list(values, 'sort_by'), (value) => apply(query, value)),
};

const ofAll: Record<string, QueryFunction> = {
  contains: ({ args: [subject, search] }) =>
    typeof subject === 'string'
      ? typeof search === 'string' && subject.includes(search)
      : list(subject, 'contains').includes(search),
  keys: ({ evaluation, args: [value] }) => evaluation.list(Object.keys(object(value, 'keys'))),
  values: ({ evaluation, args: [value] }) => evaluation.list(Object.values(object(value, 'values'))),
  length({ args: [value] }) {
    if (typeof value === 'string') return [...value].length;
    return Array.isArray(value) ? value.length : Object.keys(object(value, 'length')).length;
  },
  merge({ evaluation, args }) {
    const merged = evaluation.own({});
    for (const arg of args) {
      for (const [key, value] of Object.entries(object(arg, 'merge'))) setOwn(merged, key, value);
    }
    return merged;
  },
  not_null: ({ args }) => args.find((arg) => arg !== null && arg !== undefined) ?? null,
  reverse: ({ evaluation, args: [value] }) =>
    typeof value === 'string'
      ? [...value].reverse().join('')
      : evaluation.list([...list(value, 'reverse')].reverse()),
  to_array: ({ evaluation, args: [value] }) => (Array.isArray(value) ? value : evaluation.list([value])),
  to_number({ args: [value] }) {
    const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof parsed === 'number' && !Number.isNaN(parsed) ? parsed : null;
  },
  to_string: ({ evaluation, args: [value] }) =>
    typeof value === 'string' ? value : encodeJson(evaluation, value) || toText(evaluation, value),
  type: ({ args: [value] }) => typeOf(value),
};

/** The functions that a query may call. */
export const queryFunctions: ReadonlyMap<string, QueryFunction> = new Map(
  Object.entries({ ...ofNumbers, ...ofTexts, ...ofLists, ...ofAll }),
);

/** Those that take a query written with `&`. */
export const queryTakers = new Set(['map', 'max_by', 'min_by', 'sort_by']);

function typeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function number(value: unknown, name: string): number {
  if (typeof value === 'number') return value;
  throw createTypeError(name, 'a number', value);
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  throw createTypeError(name, 'a text', value);
}

function list(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw createTypeError(name, 'a list', value);
}

function numbers(value: unknown, name: string): number[] {
  return list(value, name).map((element) => number(element, name));
}

function object(value: unknown, name: string): Record<string, unknown> {
  if (isPlainObject(value)) return value;
  throw createTypeError(name, 'an object', value);
}

function createTypeError(name: string, wanted: string, value: unknown): Error {
  return createQueryError(`${name}() needs ${wanted}, not ${describeType(value)}`);
}

function compareKeys(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  throw createQueryError('only numbers with numbers, or texts with texts, can be put in order');
}

function pickExtreme(
  values: readonly unknown[],
  readKey: (value: unknown) => unknown,
  sign: 1 | -1,
): unknown {
  const keyed = values.map((value) => ({ value, key: readKey(value) }));
  if (keyed.length === 0) return null;
  return keyed.reduce((best, one) => (compareKeys(one.key, best.key) * sign > 0 ? one : best)).value;
}

function sortBy(
  evaluation: Evaluation,
  values: readonly unknown[],
  readKey: (value: unknown) => unknown,
): unknown[] {
  const keyed = values.map((value) => ({ value, key: readKey(value) }));
  evaluation.step(keyed.length * Math.ceil(Math.log2(keyed.length + 1)));
  keyed.sort((left, right) => compareKeys(left.key, right.key));
  return evaluation.list(keyed.map(({ value }) => value));
}
