import { isForbiddenKey, isRecord, type Json, type JsonObject, parsePath, readPath } from '@navette/kit';
import { z } from 'zod';

/** A dotted path to a field of an item: "total", "customer.address.city", "lines[0].sku". */
export const fieldPathSchema = z
  .string()
  .min(1, 'must name a field')
  .max(500)
  .refine(isSafePath, 'must not contain "__proto__", "constructor" or "prototype"');

/**
 * The value of a field. A key that is written exactly like the path comes first, so that columns such as "price.net" of
 * a CSV file are found as well.
 */
export function readField(json: JsonObject, path: string): Json | undefined {
  if (Object.hasOwn(json, path)) return json[path];
  return path.includes('.') || path.includes('[') ? readPath(json, path) : undefined;
}

/** Sets one own key without ever reaching a prototype. */
export function assignKey(target: JsonObject, key: string, value: Json): void {
  if (isForbiddenKey(key)) {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[key] = value;
  }
}

/** A copy of `json` without a field; the original and what it holds stay as they are. */
export function withoutField(json: JsonObject, path: string): JsonObject {
  const copy = { ...json };
  if (Object.hasOwn(copy, path)) {
    delete copy[path];
    return copy;
  }
  const keys = parsePath(path);
  const last = keys.pop();
  if (last === undefined || keys.length === 0) return copy;
  const container = copyContainers(copy, keys);
  if (Array.isArray(container) && typeof last === 'number') container.splice(last, 1);
  else if (isRecord(container)) delete container[last];
  return copy;
}

/**
 * Replaces the containers along `keys` by copies, so that a later write cannot reach shared data. Gives the innermost
 * container, or undefined where the path ends early.
 */
export function copyContainers(
  owned: JsonObject,
  keys: readonly (string | number)[],
): JsonObject | Json[] | undefined {
  let at: JsonObject | Json[] = owned;
  for (const key of keys) {
    if (!Object.hasOwn(at, key)) return undefined;
    const next: Json | undefined = (at as JsonObject)[key];
    if (next === null || typeof next !== 'object') return undefined;
    const copy: JsonObject | Json[] = Array.isArray(next) ? [...next] : { ...next };
    if (Array.isArray(at)) at[key as number] = copy;
    else assignKey(at, String(key), copy);
    at = copy;
  }
  return at;
}

function isSafePath(path: string): boolean {
  return !parsePath(path).some((key) => typeof key === 'string' && isForbiddenKey(key));
}
