import { DateTime, Duration, Interval } from 'luxon';
import { limits } from '../limits.ts';
import { RegexValue } from '../regex/regex-value.ts';
import { createBudgetError } from './budget-error.ts';
import { formatDate } from './date-text.ts';
import type { Evaluation } from './evaluation.ts';
import { createTypeFault } from './thrown.ts';
import { Callable, ErrorValue } from './values.ts';

/** What a value is called in messages; also what the tables of methods are chosen by. */
export function describeType(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== 'object') return typeof value;
  if (Array.isArray(value)) return 'array';
  if (value instanceof Callable) return 'function';
  for (const [type, name] of typeNames) if (value instanceof type) return name;
  return 'object';
}

const typeNames = [
  [Date, 'Date'],
  [DateTime, 'DateTime'],
  [Duration, 'Duration'],
  [Interval, 'Interval'],
  [RegexValue, 'RegExp'],
  [Map, 'Map'],
  [Set, 'Set'],
  [ErrorValue, 'Error'],
] as const;

/** `String(value)` of the language. Never calls a method of the value. */
export function toText(evaluation: Evaluation, value: unknown): string {
  switch (typeof value) {
    case 'string':
      evaluation.touch(value.length);
      return value;
    case 'number':
    case 'boolean':
    case 'bigint':
    case 'undefined':
      return String(value);
    default:
      return value === null ? 'null' : objectToText(evaluation, value, 0);
  }
}

function objectToText(evaluation: Evaluation, value: unknown, depth: number): string {
  if (Array.isArray(value)) return joinText(evaluation, value, ',', depth);
  if (value instanceof Date) return formatDate(value);
  if (value instanceof DateTime || value instanceof Duration) return value.toISO() ?? 'Invalid DateTime';
  if (value instanceof Interval) return value.toString();
  if (value instanceof RegexValue) return value.toString();
  if (value instanceof ErrorValue)
    return value.message === '' ? value.name : `${value.name}: ${value.message}`;
  if (value instanceof Callable) return `function ${value.name}`;
  if (value instanceof Map) return '[object Map]';
  if (value instanceof Set) return '[object Set]';
  return '[object Object]';
}

/** The elements of a list as one text; null and undefined are empty, lists inside are joined by commas. */
export function joinText(
  evaluation: Evaluation,
  list: readonly unknown[],
  separator: string,
  depth = 0,
): string {
  if (depth > limits.valueDepth) throw createBudgetError(limits.valueDepth, 'lists inside one another');
  evaluation.step(1 + (list.length >> 3));
  let text = '';
  for (let i = 0; i < list.length; i++) {
    const value = list[i];
    if (i > 0) text += separator;
    if (value === null || value === undefined) continue;
    text +=
      typeof value === 'object' ? objectToText(evaluation, value, depth + 1) : toText(evaluation, value);
    if (text.length > limits.textLength) throw createBudgetError(limits.textLength, 'characters in one text');
  }
  return evaluation.text(text);
}

export type Primitive = string | number | bigint | boolean | null | undefined;

/** What an operator works on: dates become their time, everything else that is no primitive its text. */
export function toPrimitive(evaluation: Evaluation, value: unknown, hint: 'default' | 'number'): Primitive {
  if (typeof value === 'string') evaluation.touch(value.length);
  if (typeof value !== 'object' || value === null) return value as Primitive;
  if (value instanceof Date) return hint === 'number' ? value.getTime() : formatDate(value);
  if (value instanceof DateTime || value instanceof Duration) return value.valueOf();
  return toText(evaluation, value);
}

/** `Number(value)` of the language. */
export function toNumber(evaluation: Evaluation, value: unknown): number {
  return typeof value === 'number' ? value : Number(toPrimitive(evaluation, value, 'number'));
}

/** A number or a bigint, for arithmetic. */
export function toNumeric(evaluation: Evaluation, value: unknown): number | bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  const primitive = toPrimitive(evaluation, value, 'number');
  return typeof primitive === 'bigint' ? primitive : Number(primitive);
}

/** A whole number for positions and counts; `fallback` for undefined. */
export function toInteger(evaluation: Evaluation, value: unknown, fallback = 0): number {
  if (value === undefined) return fallback;
  const number = Math.trunc(toNumber(evaluation, value));
  return Number.isNaN(number) ? 0 : number;
}

/** The elements that `...value` and `for … of` go through. */
export function toElements(evaluation: Evaluation, value: unknown): unknown[] {
  if (Array.isArray(value)) return copyList(evaluation, value);
  if (typeof value === 'string') {
    evaluation.reserveList(value.length);
    return [...value];
  }
  if (value instanceof Set) return copyList(evaluation, [...value]);
  if (value instanceof Map) {
    evaluation.reserveList(value.size * 2);
    return [...value].map((entry) => evaluation.own(entry));
  }
  throw createTypeFault(`a value of type ${describeType(value)} is not a list`);
}

function copyList(evaluation: Evaluation, list: readonly unknown[]): unknown[] {
  evaluation.reserveList(list.length);
  return [...list];
}

/** The text of a field name. */
export function toKey(evaluation: Evaluation, value: unknown): string {
  return toText(evaluation, value);
}
