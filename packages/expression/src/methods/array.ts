import { describeType, joinText, toInteger, toText } from '../runtime/convert.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { createTypeFault } from '../runtime/thrown.ts';
import { optionalText } from './arguments.ts';
import { arrayCallbacks } from './array-callbacks.ts';
import { toListOrder } from './array-order.ts';
import { flatten } from './flatten.ts';
import type { Methods } from './member-table.ts';

export type List = readonly unknown[];

const reading: Methods<unknown[]> = {
  at: (evaluation, self, [at]) => self.at(toInteger(evaluation, at)),
  includes: (evaluation, self, [value, from]) => {
    chargeComparisons(evaluation, self, value);
    return self.includes(value, toInteger(evaluation, from));
  },
  indexOf: (evaluation, self, [value, from]) => {
    chargeComparisons(evaluation, self, value);
    return self.indexOf(value, toInteger(evaluation, from));
  },
  lastIndexOf: (evaluation, self, [value, from]) => {
    chargeComparisons(evaluation, self, value);
    return self.lastIndexOf(value, toInteger(evaluation, from, self.length - 1));
  },
  join: (evaluation, self, [separator]) =>
    joinText(evaluation, self, optionalText(evaluation, separator) ?? ','),
  keys: (evaluation, self) => evaluation.list([...self.keys()]),
  values: (evaluation, self) => evaluation.list([...self]),
  entries: (evaluation, self) =>
    evaluation.list(Array.from(self, (value, index) => evaluation.list([index, value]))),
  toString: (evaluation: Evaluation, self: unknown[]) => joinText(evaluation, self, ','),
  toLocaleString: (evaluation: Evaluation, self: unknown[]) => joinText(evaluation, self, ','),
};

const making: Methods<unknown[]> = {
  concat(evaluation, self, args) {
    const parts = args.map((arg) => (Array.isArray(arg) ? arg : [arg]));
    evaluation.reserveList(parts.reduce((sum, part) => sum + part.length, self.length));
    return evaluation.own(self.concat(...parts));
  },
  slice: (evaluation, self, [start, end]) =>
    evaluation.list(self.slice(toInteger(evaluation, start), toInteger(evaluation, end, self.length))),
  flat: (evaluation, self, [depth]) => flatten(evaluation, self, toInteger(evaluation, depth, 1)),
  toReversed: (evaluation, self) => evaluation.list(self.toReversed()),
  toSorted: (evaluation, self, [compare]) => evaluation.list(self.toSorted(toListOrder(evaluation, compare))),
  toSpliced: (evaluation, self, args) => {
    const copy = evaluation.list([...self]);
    spliceList(evaluation, copy, args);
    return copy;
  },
  with(evaluation, self, [at, value]) {
    const index = toInteger(evaluation, at);
    if (index >= self.length || index < -self.length)
      throw createTypeFault('with() needs a position in the list');
    return evaluation.list(self.with(index, value));
  },
};

/** These change the list; where it belongs to the data of a step, they work on a copy of it. */
const changing: Methods<unknown[]> = {
  push(evaluation, self, args) {
    evaluation.reserveList(self.length + args.length);
    const list = writable(evaluation, self);
    for (const arg of args) list.push(arg);
    return list.length;
  },
  pop: (evaluation, self) => writable(evaluation, self).pop(),
  shift: (evaluation, self) => writable(evaluation, self).shift(),
  unshift(evaluation, self, args) {
    evaluation.reserveList(self.length + args.length);
    const list = writable(evaluation, self);
    list.splice(0, 0, ...args);
    return list.length;
  },
  reverse: (evaluation, self) => writable(evaluation, self).reverse(),
  sort: (evaluation, self, [compare]) => {
    const order = toListOrder(evaluation, compare);
    return writable(evaluation, self).sort(order);
  },
  splice: (evaluation, self, args) => spliceList(evaluation, writable(evaluation, self), args),
  fill: (evaluation, self, [value, start, end]) =>
    writable(evaluation, self).fill(
      value,
      toInteger(evaluation, start),
      toInteger(evaluation, end, self.length),
    ),
  copyWithin: (evaluation, self, [target, start, end]) =>
    writable(evaluation, self).copyWithin(
      toInteger(evaluation, target),
      toInteger(evaluation, start),
      toInteger(evaluation, end, self.length),
    ),
};

/** Names of methods that change what they are called on. An expression that has one keeps track of what it made. */
export const changingMethods = new Set(Object.keys(changing));

/** What JavaScript's arrays can do. */
export const arrayMethods: Methods<unknown[]> = { ...reading, ...making, ...changing, ...arrayCallbacks };

/** Comparing a long text with every element can be as much work as reading it that often. */
function chargeComparisons(evaluation: Evaluation, list: List, value: unknown): void {
  if (typeof value === 'string') evaluation.touch(value.length * list.length);
}

function writable(evaluation: Evaluation, list: unknown[]): unknown[] {
  return evaluation.isOwn(list) ? list : evaluation.list([...list]);
}

function spliceList(evaluation: Evaluation, list: unknown[], args: List): unknown[] {
  const [start, count, ...added] = args;
  evaluation.reserveList(list.length + added.length);
  const from = toInteger(evaluation, start);
  const drop = args.length === 0 ? 0 : args.length === 1 ? list.length : toInteger(evaluation, count);
  return evaluation.list(list.splice(from, drop, ...added));
}

/** A list where one is needed, with a message that names the function. */
export function assertList(value: unknown, name: string): List {
  if (Array.isArray(value)) return value;
  throw createTypeFault(`${name}() needs a list, not ${describeType(value)}`);
}

/** Names given one by one, as lists, or separated by commas. */
export function toNames(evaluation: Evaluation, args: List): string[] {
  return args.flat().map((arg) => toText(evaluation, arg).trim());
}
