import type { RegexValue } from '../regex/regex-value.ts';
import { toText } from '../runtime/convert.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import type { Callable, ErrorValue } from '../runtime/values.ts';
import { callbackArgument } from './arguments.ts';
import type { Methods } from './member-table.ts';
import { toMatchList } from './string-regex.ts';

/** Maps and sets are made by the expression alone, so it may change them. Their iterators are lists here. */

/** What an entry takes, counted in list elements. */
const entryCost = 4;

function touchKey(evaluation: Evaluation, key: unknown): unknown {
  if (typeof key === 'string') evaluation.touch(key.length);
  return key;
}

export const mapMethods: Methods<Map<unknown, unknown>> = {
  get: (evaluation, self, [key]) => self.get(touchKey(evaluation, key)),
  has: (evaluation, self, [key]) => self.has(touchKey(evaluation, key)),
  set(evaluation, self, [key, value]) {
    evaluation.reserveList(entryCost);
    return self.set(touchKey(evaluation, key), value);
  },
  delete: (evaluation, self, [key]) => self.delete(touchKey(evaluation, key)),
  clear: (_evaluation, self) => self.clear(),
  keys: (evaluation, self) => evaluation.list([...self.keys()]),
  values: (evaluation, self) => evaluation.list([...self.values()]),
  entries: (evaluation, self) => evaluation.list([...self].map((entry) => evaluation.own(entry))),
  forEach: (evaluation, self, [callback]) => {
    const callable = callbackArgument(callback, 'forEach');
    forEachOf(evaluation, [...self], ([key, value]) => callable.call(evaluation, [value, key, self]));
  },
};

export const setMethods: Methods<Set<unknown>> = {
  has: (evaluation, self, [value]) => self.has(touchKey(evaluation, value)),
  add(evaluation, self, [value]) {
    evaluation.reserveList(entryCost);
    return self.add(touchKey(evaluation, value));
  },
  delete: (evaluation, self, [value]) => self.delete(touchKey(evaluation, value)),
  clear: (_evaluation, self) => self.clear(),
  keys: (evaluation, self) => evaluation.list([...self]),
  values: (evaluation, self) => evaluation.list([...self]),
  entries: (evaluation, self) => evaluation.list([...self.entries()]),
  forEach: (evaluation, self, [callback]) => {
    const callable = callbackArgument(callback, 'forEach');
    forEachOf(evaluation, [...self], (value) => callable.call(evaluation, [value, value, self]));
  },
  union: (evaluation, self, [other]) => combine(evaluation, self, other, (a, b) => a.union(b)),
  intersection: (evaluation, self, [other]) => combine(evaluation, self, other, (a, b) => a.intersection(b)),
  difference: (evaluation, self, [other]) => combine(evaluation, self, other, (a, b) => a.difference(b)),
  isSubsetOf: (_evaluation, self, [other]) => other instanceof Set && self.isSubsetOf(other),
  isSupersetOf: (_evaluation, self, [other]) => other instanceof Set && self.isSupersetOf(other),
};

function forEachOf<T>(evaluation: Evaluation, list: readonly T[], run: (value: T) => void): void {
  for (const value of list) {
    evaluation.step();
    run(value);
  }
}

function combine(
  evaluation: Evaluation,
  self: Set<unknown>,
  other: unknown,
  run: (left: Set<unknown>, right: Set<unknown>) => Set<unknown>,
): Set<unknown> {
  const right = other instanceof Set ? other : new Set<unknown>();
  evaluation.reserveList(self.size + right.size);
  return run(self, right);
}

export const regexMethods: Methods<RegexValue> = {
  test: (evaluation, self, [text]) => self.exec(evaluation, toText(evaluation, text)) !== undefined,
  exec(evaluation, self, [value]) {
    const text = toText(evaluation, value);
    const match = self.exec(evaluation, text);
    return match ? toMatchList(evaluation, match, text) : null;
  },
  toString: (_evaluation: Evaluation, self: RegexValue) => self.toString(),
};

export const regexMembers: Record<string, (self: RegexValue) => unknown> = {
  source: (self) => self.compiled.source || '(?:)',
  flags: (self) => self.compiled.flags.text,
  global: (self) => self.compiled.flags.global,
  ignoreCase: (self) => self.compiled.flags.ignoreCase,
  multiline: (self) => self.compiled.flags.multiline,
  dotAll: (self) => self.compiled.flags.dotAll,
  unicode: (self) => self.compiled.flags.unicode,
  sticky: (self) => self.compiled.flags.sticky,
  hasIndices: (self) => self.compiled.flags.hasIndices,
  lastIndex: (self) => self.lastIndex,
};

export const errorMembers: Record<string, (self: ErrorValue) => unknown> = {
  name: (self) => self.name,
  message: (self) => self.message,
  cause: (self) => self.cause,
};

export const errorMethods: Methods<ErrorValue> = {
  toString: (evaluation: Evaluation, self: ErrorValue) => toText(evaluation, self),
};

/** `f.call(…)`, `f.apply(…)`: without `this`, which no function here has. */
export const functionMethods: Methods<Callable> = {
  call: (evaluation, self, [, ...args]) => self.call(evaluation, args),
  apply: (evaluation, self, [, args]) => self.call(evaluation, Array.isArray(args) ? args : []),
  toString: (evaluation: Evaluation, self: Callable) => toText(evaluation, self),
};

export const functionMembers: Record<string, (self: Callable) => unknown> = {
  name: (self) => self.name,
};
