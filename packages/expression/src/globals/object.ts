import { callbackArgument } from '../methods/arguments.ts';
import { describeType, toElements, toKey } from '../runtime/convert.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { assertAllowedName, readMember } from '../runtime/member.ts';
import { createTypeFault } from '../runtime/thrown.ts';
import { isPlainObject, setOwn, View } from '../runtime/values.ts';
import { createType } from './native.ts';

/** `Object`: the functions that read fields or make new objects. Nothing here touches prototypes or descriptors. */
export const objectType = createType('Object', {
  construct: (evaluation, [value]) =>
    typeof value === 'object' && value !== null ? value : evaluation.own({}),
  isInstance: (value) => typeof value === 'object' && value !== null,
  members: {
    keys: (evaluation, [value]) => evaluation.list(listKeys(evaluation, value)),
    values: (evaluation, [value]) =>
      evaluation.list(listKeys(evaluation, value).map((key) => readField(evaluation, value, key))),
    entries: (evaluation, [value]) =>
      evaluation.list(
        listKeys(evaluation, value).map((key) => evaluation.list([key, readField(evaluation, value, key)])),
      ),
    fromEntries: (evaluation, [entries]) => createFromEntries(evaluation, entries),
    assign: (evaluation, [target, ...sources]) => assignFields(evaluation, target, sources),
    create: (evaluation, [prototype]) => {
      if (prototype === null) return evaluation.own({});
      throw createTypeFault('Object.create() works with null only');
    },
    is: (_evaluation, [left, right]) => Object.is(left, right),
    hasOwn: (evaluation, [value, key]) =>
      isPlainObject(value) && Object.hasOwn(value, toKey(evaluation, key)),
    getOwnPropertyNames: (evaluation, [value]) => evaluation.list(listKeys(evaluation, value)),
    // Data can't be changed anyway, and a copy that can't be changed is of no use here.
    freeze: (_evaluation, [value]) => value,
    groupBy: (evaluation, [list, callback]) => groupBy(evaluation, list, callback),
  },
});

function listKeys(evaluation: Evaluation, value: unknown): string[] {
  if (value === undefined || value === null) throw createTypeFault(`the fields of ${value} are read`);
  if (isPlainObject(value)) return Object.keys(value);
  if (Array.isArray(value) || typeof value === 'string')
    return toElements(evaluation, value).map((_one, at) => String(at));
  return value instanceof View ? [...value.keys()] : [];
}

/** As `for … in` would read it; fields of data that have a denied name are given as they are. */
function readField(evaluation: Evaluation, value: unknown, key: string): unknown {
  return isPlainObject(value) ? value[key] : readMember(evaluation, value, key);
}

function createFromEntries(evaluation: Evaluation, entries: unknown): object {
  const object = evaluation.own({});
  for (const entry of toElements(evaluation, entries)) {
    if (!Array.isArray(entry)) throw createTypeFault(`a pair is needed, not ${describeType(entry)}`);
    evaluation.step();
    const key = toKey(evaluation, entry[0]);
    assertAllowedName(key);
    setOwn(object, key, entry[1]);
  }
  return object;
}

function assignFields(evaluation: Evaluation, target: unknown, sources: readonly unknown[]): object {
  if (!isPlainObject(target))
    throw createTypeFault(`Object.assign() needs an object, not ${describeType(target)}`);
  const object = evaluation.isOwn(target) ? target : evaluation.own({ ...target });
  for (const source of sources) {
    if (!isPlainObject(source)) continue;
    evaluation.step(1 + (Object.keys(source).length >> 2));
    for (const key of Object.keys(source)) setOwn(object, key, source[key]);
  }
  return object;
}

/** Lists of the elements by what the function gives for each. */
function groupBy(evaluation: Evaluation, list: unknown, callback: unknown): object {
  const callable = callbackArgument(callback, 'groupBy');
  const groups = evaluation.own({}) as Record<string, unknown[]>;
  for (const [index, value] of toElements(evaluation, list).entries()) {
    const key = toKey(evaluation, callable.call(evaluation, [value, index]));
    assertAllowedName(key);
    if (!Object.hasOwn(groups, key)) setOwn(groups, key, evaluation.list([]));
    groups[key]!.push(value);
  }
  return groups;
}
