import { DateTime, Duration, Interval } from 'luxon';
import { RegexValue } from '../regex/regex-value.ts';
import { Callable, ErrorValue, isPlainObject, View } from '../runtime/values.ts';

/**
 * Why a value must not come out of an expression; undefined when it may. Host functions, symbols, and objects of any
 * class that is not a type of the language are refused, however deep they lie.
 */
export function findHarm(value: unknown, path = 'result', seen = new Set<unknown>()): string | undefined {
  if (typeof value === 'function') return `${path} is a function of the host`;
  if (typeof value === 'symbol') return `${path} is a symbol`;
  if (value === 'reached') return `${path} is the canary`;
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined;
  seen.add(value);
  if (value === Object.prototype || value === Array.prototype || value === Math || value === JSON) {
    return `${path} is an object of the host`;
  }
  if (Array.isArray(value)) return findFirst(value.entries(), path, seen);
  if (value instanceof Map) return findFirst(value.entries(), path, seen);
  if (value instanceof Set) return findFirst(value.entries(), path, seen);
  if (isPlainObject(value)) return findFirst(Object.entries(value), path, seen);
  const isType = typesOfTheLanguage.some((type) => value instanceof type);
  return isType
    ? undefined
    : `${path} is an object of the class ${Object.getPrototypeOf(value)?.constructor?.name}`;
}

const typesOfTheLanguage = [Date, DateTime, Duration, Interval, RegexValue, ErrorValue, Callable, View];

function findFirst(
  entries: Iterable<readonly [unknown, unknown]>,
  path: string,
  seen: Set<unknown>,
): string | undefined {
  for (const [key, value] of entries) {
    const harm = findHarm(value, `${path}.${String(key)}`, seen);
    if (harm !== undefined) return harm;
  }
  return undefined;
}
