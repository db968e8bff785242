export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/**
 * RFC 8785 in the part we need: object keys sorted by UTF-16 code unit, no white space, numbers as JavaScript prints
 * them. Two values that mean the same give the same text, so its hash addresses content.
 */
export function encodeCanonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(encodeCanonical).join(',')}]`;
  const source = value as Record<string, unknown>;
  const parts: string[] = [];
  for (const key of Object.keys(source).sort()) {
    if (source[key] !== undefined) parts.push(`${JSON.stringify(key)}:${encodeCanonical(source[key])}`);
  }
  return `{${parts.join(',')}}`;
}

/** Whether a value is a non-null, non-array object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** Keys that could reach a prototype when assigned to a plain object; user input must not set them. */
export function isForbiddenKey(key: string): boolean {
  return forbiddenKeys.has(key);
}

/**
 * Writes `value` at a dotted path ("customer.address.city", "lines[0].sku") without ever touching a prototype:
 * containers that it creates have none. Forbidden keys throw a TypeError. Mutates `target`.
 */
export function assignPath(target: JsonObject, path: string, value: Json): void {
  const keys = parsePath(path);
  let at: JsonObject | Json[] = target;
  for (const [index, key] of keys.entries()) {
    if (typeof key === 'string' && isForbiddenKey(key))
      throw new TypeError(`The field name "${key}" is not allowed`);
    const last = index === keys.length - 1;
    const container = at as Record<string | number, Json>;
    if (last) {
      defineOwn(container, key, value);
      return;
    }
    const next: Json | undefined = Object.hasOwn(container, key) ? container[key] : undefined;
    if (next !== null && typeof next === 'object') {
      at = next;
    } else {
      const made: JsonObject | Json[] =
        typeof keys[index + 1] === 'number' ? [] : (Object.create(null) as JsonObject);
      defineOwn(container, key, made);
      at = made;
    }
  }
}

/** The value at a dotted path, looking at own properties only; undefined when any part is missing. */
export function readPath(source: unknown, path: string): Json | undefined {
  let at: unknown = source;
  for (const key of parsePath(path)) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string | number, unknown>)[key];
  }
  return at as Json | undefined;
}

/** "a.b[0].c" → ["a", "b", 0, "c"]. */
export function parsePath(path: string): (string | number)[] {
  const keys: (string | number)[] = [];
  for (const part of path.split('.')) {
    const match = /^([^[\]]*)((?:\[\d+\])*)$/.exec(part);
    if (!match) {
      keys.push(part);
      continue;
    }
    if (match[1] !== '') keys.push(match[1]!);
    for (const index of match[2]!.matchAll(/\[(\d{1,7})\]/g)) keys.push(Number(index[1]));
  }
  return keys;
}

function defineOwn(container: Record<string | number, Json>, key: string | number, value: Json): void {
  if (Array.isArray(container)) {
    if (typeof key === 'number' && key > container.length + 10_000)
      throw new TypeError(`The list index ${key} is too large`);
    container[key as number] = value;
    return;
  }
  Object.defineProperty(container, key, { value, writable: true, enumerable: true, configurable: true });
}
