import { toCanonicalText } from '../runtime/canonical-text.ts';
import { describeType, toKey } from '../runtime/convert.ts';
import { encodeJson } from '../runtime/encode-json.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { createArgumentError } from '../runtime/thrown.ts';
import { isPlainObject, setOwn } from '../runtime/values.ts';
import { integerArgument } from './arguments.ts';
import { assertList, type List, toNames } from './array.ts';
import { compactObject } from './compact.ts';
import type { Methods } from './member-table.ts';

type Extensions = Methods<unknown[]>;

const choosing: Extensions = {
  first: (_evaluation, self) => self[0],
  last: (_evaluation, self) => self.at(-1),
  randomItem: (evaluation, self) => self[Math.floor(evaluation.scope.random() * self.length)],
  isEmpty: (_evaluation, self) => self.length === 0,
  isNotEmpty: (_evaluation, self) => self.length > 0,
  length: (_evaluation, self) => self.length,
  toJsonString: (evaluation, self) => encodeJson(evaluation, self),
};

const counting: Extensions = {
  sum: (_evaluation, self) => numbers(self, 'sum').reduce((sum, value) => sum + value, 0),
  average(_evaluation, self) {
    const values = numbers(self, 'average');
    return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
  },
  min: (_evaluation, self) => numbers(self, 'min').reduce((least, value) => Math.min(least, value), Infinity),
  max: (_evaluation, self) => numbers(self, 'max').reduce((most, value) => Math.max(most, value), -Infinity),
};

const combining: Extensions = {
  append: (evaluation, self, args) => evaluation.list([...self, ...args]),
  chunk(evaluation, self, [size]) {
    const length = integerArgument(size, 'chunk', { min: 1, max: Number.MAX_SAFE_INTEGER });
    const chunks: unknown[] = [];
    for (let at = 0; at < self.length; at += length)
      chunks.push(evaluation.list(self.slice(at, at + length)));
    return evaluation.list(chunks);
  },
  compact: (evaluation, self) =>
    evaluation.list(
      self
        .filter((value) => value !== null && value !== undefined && value !== '' && value !== 'nil')
        .map((value) => (isPlainObject(value) ? compactObject(evaluation, value) : value)),
    ),
  difference: (evaluation, self, [other]) =>
    filterBy(evaluation, self, assertList(other, 'difference'), (isIn) => !isIn),
  intersection: (evaluation, self, [other]) =>
    unique(
      evaluation,
      filterBy(evaluation, self, assertList(other, 'intersection'), (isIn) => isIn),
    ),
  union: (evaluation, self, [other]) => unique(evaluation, [...self, ...assertList(other, 'union')]),
  unique: (evaluation, self, keys) => uniqueBy(evaluation, self, keys),
  removeDuplicates: (evaluation, self, keys) => uniqueBy(evaluation, self, keys),
};

const reshaping: Extensions = {
  merge: (evaluation, self, [other]) =>
    mergeObjects(evaluation, self, other === undefined ? [] : assertList(other, 'merge')),
  pluck(evaluation, self, fields) {
    const names = new Set(toNames(evaluation, fields));
    if (names.size === 0) return evaluation.list([...self]);
    const found = self.filter(isPlainObject).map((object) => {
      const keys = Object.keys(object).filter((key) => names.has(key));
      return keys.map((key) => object[key]);
    });
    // One field gives its values, several give a list of values for each element.
    const kept = found.filter((values) => values.length > 0);
    return evaluation.list(kept.map((values) => (values.length === 1 ? values[0] : evaluation.list(values))));
  },
  renameKeys(evaluation, self, args) {
    if (args.length === 0 || args.length % 2 !== 0) {
      throw createArgumentError('renameKeys', 'pairs of an old and a new name are needed');
    }
    const names = toNames(evaluation, args);
    const renames = new Map(
      names.flatMap((name, at) => (at % 2 === 0 ? [[name, names[at + 1]!] as const] : [])),
    );
    return evaluation.list(
      self.map((value) => (isPlainObject(value) ? rename(evaluation, value, renames) : value)),
    );
  },
  smartJoin(evaluation, self, args) {
    const [keyField, valueField] = toNames(evaluation, args);
    if (!keyField || !valueField) throw createArgumentError('smartJoin', 'two field names are needed');
    const joined = evaluation.own({});
    for (const value of self) {
      if (!isPlainObject(value) || !Object.hasOwn(value, keyField) || !Object.hasOwn(value, valueField))
        continue;
      setOwn(joined, toKey(evaluation, value[keyField]), value[valueField]);
    }
    return joined;
  },
};

/** What this language adds to arrays. */
export const arrayExtensions: Extensions = { ...choosing, ...counting, ...combining, ...reshaping };

function numbers(list: List, name: string): number[] {
  const wrong = list.find((value) => typeof value !== 'number');
  if (wrong === undefined && !list.includes(undefined)) return list as number[];
  throw createArgumentError(
    name,
    `every element must be a number, and there is a value of type ${describeType(wrong)}`,
  );
}

/** Keeps the elements by whether an equal one is in the other list. */
function filterBy(
  evaluation: Evaluation,
  list: List,
  other: List,
  keep: (isIn: boolean) => boolean,
): unknown[] {
  const known = new Set(other.map((value) => toCanonicalText(evaluation, value)));
  return evaluation.list(list.filter((value) => keep(known.has(toCanonicalText(evaluation, value)))));
}

function unique(evaluation: Evaluation, list: List): unknown[] {
  return filterFirst(evaluation, list, (value) => value);
}

/** Keeps the first of the elements that agree in the given fields; without fields, in everything. */
function uniqueBy(evaluation: Evaluation, list: List, args: List): unknown[] {
  const names = toNames(evaluation, args);
  if (names.length === 0) return unique(evaluation, list);
  return filterFirst(evaluation, list, (value) => {
    if (!isPlainObject(value)) return value;
    return names.map((name) => (Object.hasOwn(value, name) ? value[name] : undefined));
  });
}

function filterFirst(evaluation: Evaluation, list: List, readKey: (value: unknown) => unknown): unknown[] {
  const seen = new Set<string>();
  return evaluation.list(
    list.filter((value) => {
      const key = toCanonicalText(evaluation, readKey(value));
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    }),
  );
}

/** All objects of both lists as one, pair by pair; a field that is there already stays. */
function mergeObjects(evaluation: Evaluation, left: List, right: List): object {
  const merged = evaluation.own({});
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    for (const source of [left[at], right[at]]) {
      if (!isPlainObject(source)) continue;
      evaluation.step();
      for (const key of Object.keys(source))
        if (!Object.hasOwn(merged, key)) setOwn(merged, key, source[key]);
    }
  }
  return merged;
}

function rename(
  evaluation: Evaluation,
  object: Record<string, unknown>,
  renames: ReadonlyMap<string, string>,
): object {
  const renamed = evaluation.own({});
  for (const key of Object.keys(object)) setOwn(renamed, renames.get(key) ?? key, object[key]);
  return renamed;
}
