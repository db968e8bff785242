import { DateTime, Duration, Interval } from 'luxon';
import { RegexValue } from '../regex/regex-value.ts';
import { Callable, ErrorValue, isPlainObject } from '../runtime/values.ts';
import { arrayMethods } from './array.ts';
import { arrayExtensions } from './array-extensions.ts';
import {
  errorMembers,
  errorMethods,
  functionMembers,
  functionMethods,
  mapMethods,
  regexMembers,
  regexMethods,
  setMethods,
} from './collection.ts';
import { dateMethods } from './date.ts';
import { dateExtensions } from './date-extensions.ts';
import {
  dateTimeMembers,
  dateTimeMethods,
  durationMembers,
  durationMethods,
  intervalMembers,
  intervalMethods,
} from './date-time.ts';
import { createTable, type MemberTable, type TypeMember } from './member-table.ts';
import {
  bigintMethods,
  booleanExtensions,
  booleanMethods,
  numberExtensions,
  numberMethods,
} from './number.ts';
import { objectExtensions } from './object.ts';
import { stringMethods } from './string.ts';
import { stringExtensions } from './string-extensions.ts';

/** All members that a value can have by its type. What is in no table does not exist. */

const size = { size: (self: { size: number }) => self.size };

const stringTable = createTable<string>({ methods: stringMethods, extensions: stringExtensions });
const numberTable = createTable<number>({ methods: numberMethods, extensions: numberExtensions });
const booleanTable = createTable<boolean>({ methods: booleanMethods, extensions: booleanExtensions });
const bigintTable = createTable<bigint>({ methods: bigintMethods });
const arrayTable = createTable<unknown[]>({ methods: arrayMethods, extensions: arrayExtensions });
const objectTable = createTable<Record<string, unknown>>({ extensions: objectExtensions });
const nothingTable = createTable<unknown>({ extensions: { isEmpty: () => true, isNotEmpty: () => false } });

const classTables: readonly (readonly [new (...args: never[]) => object, MemberTable])[] = [
  [
    DateTime as never,
    createTable({ methods: dateTimeMethods, extensions: dateExtensions, properties: dateTimeMembers }),
  ],
  [Date, createTable({ methods: dateMethods, extensions: dateExtensions })],
  [Duration as never, createTable({ methods: durationMethods, properties: durationMembers })],
  [Interval as never, createTable({ methods: intervalMethods, properties: intervalMembers })],
  [RegexValue, createTable({ methods: regexMethods, properties: regexMembers })],
  [Map, createTable({ methods: mapMethods, properties: size })],
  [Set, createTable({ methods: setMethods, properties: size })],
  [ErrorValue, createTable({ methods: errorMethods, properties: errorMembers })],
  [Callable as never, createTable({ methods: functionMethods, properties: functionMembers })],
];

/** The member of that name that values of this type have. */
export function findMethod(value: unknown, name: string): TypeMember | undefined {
  return findTable(value)?.get(name);
}

export function listMethodNames(value: unknown): Iterable<string> {
  return findTable(value)?.keys() ?? [];
}

function findTable(value: unknown): MemberTable | undefined {
  switch (typeof value) {
    case 'string':
      return stringTable;
    case 'number':
      return numberTable;
    case 'boolean':
      return booleanTable;
    case 'bigint':
      return bigintTable;
    case 'undefined':
      return nothingTable;
    default:
      if (value === null) return nothingTable;
      if (Array.isArray(value)) return arrayTable;
      if (isPlainObject(value)) return objectTable;
      return classTables.find(([type]) => value instanceof type)?.[1];
  }
}
