import { describeType, toNumber, toText } from '../runtime/convert.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { createArgumentError, createTypeFault } from '../runtime/thrown.ts';
import { Callable, isPlainObject } from '../runtime/values.ts';

/** Readers of arguments: each gives what a function asks for, or says what is wrong with what it got. */

/** A function, for `map` and its like. */
export function callbackArgument(value: unknown, name: string): Callable {
  if (value instanceof Callable) return value;
  throw createTypeFault(`${name}() needs a function such as (item) => item.name, not ${describeType(value)}`);
}

/** A text that is not missing. */
export function textArgument(evaluation: Evaluation, value: unknown, name: string): string {
  if (value === undefined || value === null) throw createArgumentError(name, 'a text is missing');
  return toText(evaluation, value);
}

/** undefined stays undefined, everything else becomes a text. */
export function optionalText(evaluation: Evaluation, value: unknown): string | undefined {
  return value === undefined ? undefined : toText(evaluation, value);
}

/** undefined stays undefined, everything else becomes a number. */
export function optionalNumber(evaluation: Evaluation, value: unknown): number | undefined {
  return value === undefined ? undefined : toNumber(evaluation, value);
}

/** A whole number within bounds. */
export function integerArgument(value: unknown, name: string, bounds: { min: number; max: number }): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= bounds.min && value <= bounds.max)
    return value;
  throw createArgumentError(name, `a whole number from ${bounds.min} to ${bounds.max} is needed`);
}

/**
 * Options for a function of the host (Intl, Luxon): a fresh object without a prototype that holds the plain values of
 * the fields, so that nothing of the user's is ever looked at as more than data.
 */
export function optionsArgument(value: unknown): Record<string, string | number | boolean> | undefined {
  if (!isPlainObject(value)) return undefined;
  const options: Record<string, string | number | boolean> = Object.create(null);
  for (const [key, field] of Object.entries(value)) {
    if (typeof field === 'string' || typeof field === 'number' || typeof field === 'boolean')
      options[key] = field;
  }
  return options;
}

/** A locale, or several in order of preference. */
export function localeArgument(value: unknown): string | string[] {
  if (Array.isArray(value)) return value.slice(0, 20).filter((one) => typeof one === 'string');
  return typeof value === 'string' && value !== '' ? value : 'en-US';
}
