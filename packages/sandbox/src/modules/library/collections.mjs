/**
 * The module `collections` of code steps: what people use lodash for, on lists and plain objects. Nothing changes its
 * arguments. Runs inside the sandbox, so it imports nothing.
 *
 * A `by` is a function, the name of a field, or a path such as "customer.address.city".
 */

const forbidden = ['__proto__', 'constructor', 'prototype'];

function toParts(path) {
  const parts = path.replace(/\[(\d+)\]/g, '.$1').split('.');
  const bad = parts.find((part) => forbidden.includes(part));
  if (bad !== undefined) throw new TypeError(`A path cannot go through "${bad}"`);
  return parts;
}

function toReader(by) {
  return typeof by === 'function' ? by : (value) => get(value, by);
}

function isPlain(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** @example get(order, 'lines[0].sku', 'none') */
export function get(value, path, otherwise) {
  let current = value;
  for (const part of toParts(path)) {
    if (current === null || current === undefined || !Object.hasOwn(Object(current), part)) return otherwise;
    current = current[part];
  }
  return current ?? otherwise;
}

/** A copy with the value at that path. */
export function set(target, path, value) {
  const [first, ...rest] = toParts(path);
  const copy = Array.isArray(target) ? [...target] : { ...target };
  copy[first] = rest.length === 0 ? value : set(copy[first] ?? {}, rest.join('.'), value);
  return copy;
}

export function chunk(list, size) {
  if (!(size >= 1)) throw new TypeError('chunk needs a size of at least 1');
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}

/** By the text of the key, in the order in which keys first came. */
export function groupBy(list, by) {
  const read = toReader(by);
  const groups = new Map();
  list.forEach((value, index) => {
    const key = String(read(value, index));
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  });
  return Object.fromEntries(groups);
}

/** The last one of each key. */
export function keyBy(list, by) {
  const read = toReader(by);
  return Object.fromEntries(list.map((value, index) => [String(read(value, index)), value]));
}

export function countBy(list, by) {
  return mapValues(groupBy(list, by), (group) => group.length);
}

/** The first one of each key. */
export function uniqBy(list, by) {
  const read = toReader(by);
  const seen = new Set();
  return list.filter((value, index) => {
    const key = read(value, index);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export function uniq(list) {
  return [...new Set(list)];
}

function compare(left, right) {
  if (left === right) return 0;
  if (left === undefined || left === null) return 1;
  if (right === undefined || right === null) return -1;
  return left < right ? -1 : 1;
}

/** Ascending unless told otherwise, one direction for each `by`; equal ones keep their order, missing ones are last. */
export function orderBy(list, by, directions = 'asc') {
  const readers = [by].flat().map((one) => toReader(one));
  const signs = readers.map((_, index) =>
    (Array.isArray(directions) ? directions[index] : directions) === 'desc' ? -1 : 1,
  );
  return list
    .map((value, index) => ({ value, keys: readers.map((read) => read(value, index)) }))
    .sort((left, right) => {
      for (const [index, key] of left.keys.entries()) {
        const order = compare(key, right.keys[index]) * signs[index];
        if (order !== 0) return order;
      }
      return 0;
    })
    .map(({ value }) => value);
}

export function sortBy(list, by) {
  return orderBy(list, by);
}

/** Those for which it is true, and the others. */
export function partition(list, by) {
  const read = toReader(by);
  const parts = [[], []];
  list.forEach((value, index) => {
    parts[read(value, index) ? 0 : 1].push(value);
  });
  return parts;
}

export function sumBy(list, by) {
  const read = toReader(by);
  return list.reduce((sum, value, index) => sum + Number(read(value, index)), 0);
}

export function sum(list) {
  return list.reduce((total, value) => total + value, 0);
}

/** NaN of an empty list. */
export function mean(list) {
  return sum(list) / list.length;
}

export function minBy(list, by) {
  return orderBy(list, by)[0];
}

export function maxBy(list, by) {
  return orderBy(list, by, 'desc').find((value, index) => toReader(by)(value, index) !== undefined);
}

export function difference(list, other) {
  const gone = new Set(other);
  return list.filter((value) => !gone.has(value));
}

export function intersection(list, other) {
  const kept = new Set(other);
  return uniq(list).filter((value) => kept.has(value));
}

/** Lists side by side, as long as the longest. */
export function zip(...lists) {
  const length = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length }, (_, index) => lists.map((list) => list[index]));
}

/** From `start` (0 when only one number is given) up to, but without, `end`. */
export function range(start, end, step = 1) {
  const [from, to] = end === undefined ? [0, start] : [start, end];
  if (step === 0) throw new TypeError('range needs a step other than 0');
  return Array.from(
    { length: Math.max(0, Math.ceil((to - from) / step)) },
    (_, index) => from + index * step,
  );
}

export function pick(value, names) {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(value, name)).map((name) => [name, value[name]]),
  );
}

export function omit(value, names) {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

export function mapValues(value, act) {
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, act(one, key)]));
}

export function mapKeys(value, act) {
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [act(key, one), one]));
}

/** Deep; lists are replaced, not joined. */
export function merge(...values) {
  const merged = new Map();
  for (const value of values) {
    for (const [key, one] of Object.entries(value)) {
      const before = merged.get(key);
      merged.set(key, isPlain(before) && isPlain(one) ? merge(before, one) : one);
    }
  }
  return Object.fromEntries(merged);
}

/** Lists, plain objects and dates are copied at every depth; functions and other objects stay the same. */
export function cloneDeep(value) {
  if (value instanceof Date) return new Date(value);
  if (Array.isArray(value)) return value.map(cloneDeep);
  return isPlain(value) ? mapValues(value, cloneDeep) : value;
}

export function isEqual(left, right) {
  if (Object.is(left, right)) return true;
  if (left instanceof Date && right instanceof Date) return left.getTime() === right.getTime();
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((value, index) => isEqual(value, right[index]));
  if (!isPlain(left) || !isPlain(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isEqual(left[name], right[name]))
  );
}
