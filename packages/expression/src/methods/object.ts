import { describeType, toKey } from '../runtime/convert.ts';
import { encodeJson } from '../runtime/encode-json.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { createArgumentError } from '../runtime/thrown.ts';
import { isPlainObject, setOwn } from '../runtime/values.ts';
import { textArgument } from './arguments.ts';
import { compactObject } from './compact.ts';
import type { Methods } from './member-table.ts';

type PlainObject = Record<string, unknown>;

/** What JavaScript's objects can do, in calls only: `data.toString` is a field that is not there. */
export const objectMethods: Methods<PlainObject> = {
  hasOwnProperty: (evaluation: Evaluation, self: PlainObject, [key]: readonly unknown[]) =>
    Object.hasOwn(self, toKey(evaluation, key)),
  toString: () => '[object Object]',
  toLocaleString: () => '[object Object]',
  valueOf: (_evaluation: Evaluation, self: PlainObject) => self,
};

/** What this language adds to objects. */
export const objectExtensions: Methods<PlainObject> = {
  ...objectMethods,
  isEmpty: (_evaluation, self) => Object.keys(self).length === 0,
  isNotEmpty: (_evaluation, self) => Object.keys(self).length > 0,
  hasField: (evaluation, self, [key]) => Object.hasOwn(self, toKey(evaluation, key)),
  keys: (evaluation, self) => evaluation.list(Object.keys(self)),
  values: (evaluation, self) => evaluation.list(Object.values(self)),
  compact: (evaluation, self) => compactObject(evaluation, self),
  removeField: (evaluation, self, keys) => {
    const removed = new Set(keys.map((key) => toKey(evaluation, key)));
    return filterFields(evaluation, self, (key) => !removed.has(key));
  },
  removeFieldsContaining(evaluation, self, [part]) {
    const text = textPart(evaluation, part, 'removeFieldsContaining');
    return filterFields(
      evaluation,
      self,
      (_key, value) => typeof value !== 'string' || !value.includes(text),
    );
  },
  keepFieldsContaining(evaluation, self, [part]) {
    const text = textPart(evaluation, part, 'keepFieldsContaining');
    return filterFields(evaluation, self, (_key, value) => typeof value === 'string' && value.includes(text));
  },
  merge(evaluation, self, [other]) {
    if (!isPlainObject(other))
      throw createArgumentError('merge', `an object is needed, not ${describeType(other)}`);
    const merged = filterFields(evaluation, other, () => true);
    for (const key of Object.keys(self)) setOwn(merged, key, self[key]);
    return merged;
  },
  toJsonString: (evaluation, self) => encodeJson(evaluation, self),
  urlEncode(evaluation, self) {
    const pairs = new URLSearchParams();
    for (const [key, value] of Object.entries(self)) pairs.append(key, toKey(evaluation, value));
    return pairs.toString();
  },
};

function textPart(evaluation: Evaluation, value: unknown, name: string): string {
  const text = textArgument(evaluation, value, name);
  if (text === '') throw createArgumentError(name, 'a text that is not empty is needed');
  return text;
}

function filterFields(
  evaluation: Evaluation,
  object: PlainObject,
  keep: (key: string, value: unknown) => boolean,
): PlainObject {
  const filtered: PlainObject = evaluation.own({});
  for (const [key, value] of Object.entries(object)) {
    evaluation.step();
    if (keep(key, value)) setOwn(filtered, key, value);
  }
  return filtered;
}
