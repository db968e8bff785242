import { DateTime, Duration, Interval } from 'luxon';
import { limits } from './limits.ts';
import { RegexValue } from './regex/regex-value.ts';
import { createBudgetError } from './runtime/budget-error.ts';
import { Callable, ErrorValue, isPlainObject, setOwn, View } from './runtime/values.ts';

/**
 * A value of the language as JSON: dates and durations become ISO texts, sets lists, maps objects, numbers that are
 * none null; functions and undefined are left out. What is JSON already is given back as it is, not copied.
 */
export function toJsonValue(value: unknown): unknown {
  return new JsonConverter().convert(value, 0);
}

class JsonConverter {
  #left: number = limits.resultValues;

  convert(value: unknown, depth: number): unknown {
    this.#left -= 1;
    if (this.#left < 0 || depth > limits.valueDepth) {
      throw createBudgetError(limits.resultValues, 'values in a result, or the result contains itself');
    }
    if (typeof value === 'number') return Number.isFinite(value) ? value : null;
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return this.#convertList(value, depth);
    return isPlainObject(value) ? this.#convertObject(value, depth) : this.#convertTyped(value, depth);
  }

  #convertList(list: readonly unknown[], depth: number): unknown {
    let copy: unknown[] | undefined;
    for (let index = 0; index < list.length; index++) {
      const converted = this.convert(list[index], depth + 1) ?? null;
      if (converted !== list[index]) copy ??= [...list];
      if (copy) copy[index] = converted;
    }
    return copy ?? list;
  }

  #convertObject(object: Readonly<Record<string, unknown>>, depth: number): unknown {
    const keys = Object.keys(object);
    const values = keys.map((key) => this.convert(object[key], depth + 1));
    const isSame = keys.every((key, index) => values[index] === object[key] && values[index] !== undefined);
    if (isSame) return object;
    const copy = {};
    for (const [index, key] of keys.entries())
      if (values[index] !== undefined) setOwn(copy, key, values[index]);
    return copy;
  }

  #convertTyped(value: object, depth: number): unknown {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
    if (value instanceof DateTime || value instanceof Duration) return value.toISO();
    if (value instanceof Interval) return value.toISO();
    if (value instanceof RegexValue) return value.toString();
    if (value instanceof ErrorValue) return value.toJSON();
    if (value instanceof Set) return this.#convertList([...value], depth);
    if (value instanceof Map) {
      const object = {};
      for (const [key, field] of value) setOwn(object, String(this.convert(key, depth + 1)), field);
      return this.#convertObject(object, depth);
    }
    if (value instanceof Callable || value instanceof View) return undefined;
    return {};
  }
}
