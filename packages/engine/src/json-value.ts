/**
 * Values on their way into the journal. What a step gives must be the same whether its successor reads it from memory
 * or, after a crash, from the journal; so everything is made plain JSON once, when it leaves a node or an expression.
 */
import type { Json, JsonObject } from '@navette/kit';
import { engineErrors } from './errors.ts';

const maxDepth = 200;

/**
 * The JSON of a value by the rules of JSON.stringify (toJSON is called, undefined members and functions are dropped,
 * NaN becomes null), with bigint as text. Returns the very value when it is plain already. `count` is told the size of
 * what was walked, in about bytes. Throws NODE_VALUE_INVALID on cycles and on nesting deeper than 200.
 */
export function toJson(value: unknown, count?: { bytes: number }): Json {
  return convert(value, 0, count) ?? null;
}

function convert(value: unknown, depth: number, count: { bytes: number } | undefined): Json | undefined {
  switch (typeof value) {
    case 'string':
      if (count) count.bytes += value.length + 2;
      return value;
    case 'number':
      if (count) count.bytes += 8;
      return Number.isFinite(value) ? value : null;
    case 'boolean':
      if (count) count.bytes += 5;
      return value;
    case 'bigint':
      return value.toString();
    case 'object':
      if (value === null) return null;
      if (depth >= maxDepth) {
        throw engineErrors.create('NODE_VALUE_INVALID', {
          params: { detail: `it is nested more than ${maxDepth} deep` },
        });
      }
      return Array.isArray(value) ? convertList(value, depth, count) : convertObject(value, depth, count);
    default:
      return undefined;
  }
}

function convertList(list: unknown[], depth: number, count: { bytes: number } | undefined): Json[] {
  let copy: Json[] | undefined;
  if (count) count.bytes += 2 + list.length;
  for (let i = 0; i < list.length; i++) {
    const made = convert(list[i], depth + 1, count) ?? null;
    if (copy) copy.push(made);
    else if (made !== list[i]) copy = [...(list.slice(0, i) as Json[]), made];
  }
  return copy ?? (list as Json[]);
}

function convertObject(
  source: object,
  depth: number,
  count: { bytes: number } | undefined,
): Json | undefined {
  const withToJson = source as { toJSON?: unknown };
  if (typeof withToJson.toJSON === 'function' && !Object.hasOwn(source, 'toJSON')) {
    return convert(withToJson.toJSON(), depth + 1, count);
  }
  const record = source as Record<string, unknown>;
  let copy: JsonObject | undefined;
  const keys = Object.keys(record);
  if (count) count.bytes += 2;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const value = record[key];
    const made = convert(value, depth + 1, count);
    if (count) count.bytes += key.length + 4;
    if (!copy && (made === undefined || made !== value)) {
      copy = {};
      for (let k = 0; k < i; k++) defineValue(copy, keys[k]!, record[keys[k]!] as Json);
    }
    if (copy && made !== undefined) defineValue(copy, key, made);
  }
  return copy ?? (record as JsonObject);
}

function defineValue(target: JsonObject, key: string, value: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[key] = value;
  }
}
