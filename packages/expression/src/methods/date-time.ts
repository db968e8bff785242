import {
  DateTime,
  type DateTimeUnit,
  Duration,
  type DurationLikeObject,
  type DurationUnit,
  Interval,
  type ToRelativeOptions,
} from 'luxon';
import { toNumber } from '../runtime/convert.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { createArgumentError } from '../runtime/thrown.ts';
import { isPlainObject } from '../runtime/values.ts';
import { optionalText, optionsArgument, textArgument } from './arguments.ts';
import { createNow, dateTimeArgument } from './create-date-time.ts';
import type { Methods } from './member-table.ts';

/** Luxon's types, member by member. Luxon's objects never meet a value of the user's that is more than data. */

const dateTimeProperties = [
  ...['year', 'month', 'day', 'hour', 'minute', 'second', 'millisecond', 'weekday', 'weekNumber', 'weekYear'],
  ...['localWeekday', 'localWeekNumber', 'localWeekYear', 'ordinal', 'quarter', 'zoneName', 'offset'],
  ...[
    'offsetNameShort',
    'offsetNameLong',
    'isOffsetFixed',
    'isInDST',
    'isInLeapYear',
    'isWeekend',
    'daysInMonth',
  ],
  ...['daysInYear', 'weeksInWeekYear', 'isValid', 'invalidReason', 'invalidExplanation', 'locale'],
  ...['monthShort', 'monthLong', 'weekdayShort', 'weekdayLong', 'numberingSystem'],
];
const durationProperties = [
  ...[
    'years',
    'quarters',
    'months',
    'weeks',
    'days',
    'hours',
    'minutes',
    'seconds',
    'milliseconds',
    'isValid',
  ],
];

export const dateTimeMembers = readers<DateTime>(dateTimeProperties);
export const durationMembers = readers<Duration>(durationProperties);
export const intervalMembers: Record<string, (self: Interval) => unknown> = {
  start: (self) => self.start,
  end: (self) => self.end,
  isValid: (self) => self.isValid,
};

function readers<T extends object>(names: readonly string[]): Record<string, (self: T) => unknown> {
  const entries = names.map((name) => [name, (self: T) => (self as Record<string, unknown>)[name]] as const);
  return Object.fromEntries(entries);
}

const changing: Methods<DateTime> = {
  startOf: (evaluation, self, [unit]) =>
    self.startOf(textArgument(evaluation, unit, 'startOf') as DateTimeUnit),
  endOf: (evaluation, self, [unit]) => self.endOf(textArgument(evaluation, unit, 'endOf') as DateTimeUnit),
  set: (_evaluation, self, [fields]) => self.set(optionsArgument(fields) ?? {}),
  setZone: (evaluation, self, [zone, options]) =>
    self.setZone(textArgument(evaluation, zone, 'setZone'), optionsArgument(options)),
  setLocale: (evaluation, self, [locale]) => self.setLocale(textArgument(evaluation, locale, 'setLocale')),
  toUTC: (evaluation, self, [offset]) => self.toUTC(offset === undefined ? 0 : toNumber(evaluation, offset)),
  toLocal: (evaluation, self) => self.setZone(evaluation.scope.timeZone),
};

const texts: Methods<DateTime> = {
  toFormat: (evaluation, self, [format, options]) =>
    self.toFormat(textArgument(evaluation, format, 'toFormat').slice(0, 500), optionsArgument(options)),
  toISO: (_evaluation, self, [options]) => self.toISO(optionsArgument(options)),
  toISODate: (_evaluation, self, [options]) => self.toISODate(optionsArgument(options)),
  toISOTime: (_evaluation, self, [options]) => self.toISOTime(optionsArgument(options)),
  toISOWeekDate: (_evaluation, self) => self.toISOWeekDate(),
  toSQL: (_evaluation, self, [options]) => self.toSQL(optionsArgument(options)),
  toSQLDate: (_evaluation, self) => self.toSQLDate(),
  toSQLTime: (_evaluation, self, [options]) => self.toSQLTime(optionsArgument(options)),
  toHTTP: (_evaluation, self) => self.toHTTP(),
  toRFC2822: (_evaluation, self) => self.toRFC2822(),
  toJSON: (_evaluation, self) => self.toJSON(),
  toString: (_evaluation: Evaluation, self: DateTime) => self.toString(),
  toLocaleString: (_evaluation: Evaluation, self: DateTime, [options, local]: readonly unknown[]) =>
    self.toLocaleString(optionsArgument(options), optionsArgument(local)),
  toRelative: (evaluation, self, [options]) => self.toRelative(relativeOptions(evaluation, options)),
  toRelativeCalendar: (evaluation, self, [options]) =>
    self.toRelativeCalendar(relativeOptions(evaluation, options) as object),
};

const measuring: Methods<DateTime> = {
  diff: (evaluation, self, [other, units]) =>
    self.diff(dateTimeArgument(evaluation, other, 'diff'), unitList(evaluation, units)),
  diffNow: (evaluation, self, [units]) => self.diff(createNow(evaluation), unitList(evaluation, units)),
  until: (evaluation, self, [other]) => self.until(dateTimeArgument(evaluation, other, 'until')),
  hasSame: (evaluation, self, [other, unit]) =>
    self.hasSame(
      dateTimeArgument(evaluation, other, 'hasSame'),
      textArgument(evaluation, unit, 'hasSame') as DateTimeUnit,
    ),
  equals: (_evaluation, self, [other]) => other instanceof DateTime && self.equals(other),
  get: (evaluation, self, [unit]) => readUnit(self, textArgument(evaluation, unit, 'get')),
  toMillis: (_evaluation, self) => self.toMillis(),
  toSeconds: (_evaluation, self) => self.toSeconds(),
  toUnixInteger: (_evaluation, self) => self.toUnixInteger(),
  valueOf: (_evaluation: Evaluation, self: DateTime) => self.valueOf(),
  toJSDate: (evaluation, self) => evaluation.own(self.toJSDate()),
  toObject: (evaluation, self) => evaluation.own(self.toObject()),
};

export const dateTimeMethods: Methods<DateTime> = { ...changing, ...texts, ...measuring };

export const durationMethods: Methods<Duration> = {
  as: (evaluation, self, [unit]) => self.as(textArgument(evaluation, unit, 'as') as DurationUnit),
  get: (evaluation, self, [unit]) =>
    self.get(textArgument(evaluation, unit, 'get') as keyof DurationLikeObject),
  set: (_evaluation, self, [fields]) => self.set(optionsArgument(fields) ?? {}),
  plus: (_evaluation, self, [other]) => self.plus(durationArgument(other)),
  minus: (_evaluation, self, [other]) => self.minus(durationArgument(other)),
  negate: (_evaluation, self) => self.negate(),
  normalize: (_evaluation, self) => self.normalize(),
  rescale: (_evaluation, self) => self.rescale(),
  shiftTo: (evaluation, self, units) => self.shiftTo(...unitList(evaluation, units)),
  shiftToAll: (_evaluation, self) => self.shiftToAll(),
  equals: (_evaluation, self, [other]) => other instanceof Duration && self.equals(other),
  toFormat: (evaluation, self, [format]) =>
    self.toFormat(textArgument(evaluation, format, 'toFormat').slice(0, 500)),
  toHuman: (_evaluation, self, [options]) => self.toHuman(optionsArgument(options)),
  toISO: (_evaluation, self) => self.toISO(),
  toISOTime: (_evaluation, self) => self.toISOTime(),
  toJSON: (_evaluation, self) => self.toJSON(),
  toMillis: (_evaluation, self) => self.toMillis(),
  toObject: (evaluation, self) => evaluation.own(self.toObject()),
  toString: (_evaluation: Evaluation, self: Duration) => self.toString(),
  valueOf: (_evaluation: Evaluation, self: Duration) => self.valueOf(),
};

export const intervalMethods: Methods<Interval> = {
  length: (evaluation, self, [unit]) =>
    self.length((optionalText(evaluation, unit) ?? 'milliseconds') as DurationUnit),
  count: (evaluation, self, [unit]) =>
    self.count((optionalText(evaluation, unit) ?? 'milliseconds') as DateTimeUnit),
  contains: (evaluation, self, [date]) => self.contains(dateTimeArgument(evaluation, date, 'contains')),
  isAfter: (evaluation, self, [date]) => self.isAfter(dateTimeArgument(evaluation, date, 'isAfter')),
  isBefore: (evaluation, self, [date]) => self.isBefore(dateTimeArgument(evaluation, date, 'isBefore')),
  isEmpty: (_evaluation, self) => self.isEmpty(),
  overlaps: (_evaluation, self, [other]) => other instanceof Interval && self.overlaps(other),
  engulfs: (_evaluation, self, [other]) => other instanceof Interval && self.engulfs(other),
  equals: (_evaluation, self, [other]) => other instanceof Interval && self.equals(other),
  hasSame: (evaluation, self, [unit]) =>
    self.hasSame(textArgument(evaluation, unit, 'hasSame') as DateTimeUnit),
  splitBy: (evaluation, self, [duration]) => splitInterval(evaluation, self, duration),
  toDuration: (evaluation, self, [units]) => self.toDuration(unitList(evaluation, units)),
  toISO: (_evaluation, self) => self.toISO(),
  toISODate: (_evaluation, self) => self.toISODate(),
  toString: (_evaluation: Evaluation, self: Interval) => self.toString(),
  toFormat: (evaluation, self, [format]) =>
    self.toFormat(textArgument(evaluation, format, 'toFormat').slice(0, 500)),
};

/** One of the listed properties; Luxon's own `get` would hand out any member of the class. */
export function readUnit(date: DateTime, name: string): unknown {
  return Object.hasOwn(dateTimeMembers, name) ? dateTimeMembers[name]!(date) : undefined;
}

/** A Duration, an object of units, or a number of milliseconds. */
export function durationArgument(value: unknown): Duration {
  if (value instanceof Duration) return value;
  if (isPlainObject(value)) return Duration.fromObject(optionsArgument(value) ?? {});
  if (typeof value === 'number') return Duration.fromMillis(value);
  throw createArgumentError('Duration', 'an object such as { hours: 1 } is needed');
}

function unitList(evaluation: Evaluation, units: unknown): DurationUnit[] {
  if (units === undefined) return ['milliseconds'];
  const list = Array.isArray(units) ? units.slice(0, 20) : [units];
  return list.map((unit) => textArgument(evaluation, unit, 'a unit') as DurationUnit);
}

function relativeOptions(evaluation: Evaluation, options: unknown): ToRelativeOptions {
  const base = isPlainObject(options) ? options['base'] : undefined;
  return {
    ...optionsArgument(options),
    base: base === undefined ? createNow(evaluation) : dateTimeArgument(evaluation, base, 'toRelative'),
  };
}

const maxParts = 100_000;

function splitInterval(evaluation: Evaluation, interval: Interval, duration: unknown): Interval[] {
  const step = durationArgument(duration);
  if (!(step.toMillis() > 0) || interval.length() / step.toMillis() > maxParts) {
    throw createArgumentError('splitBy', `a step is needed that gives at most ${maxParts} parts`);
  }
  const parts = interval.splitBy(step);
  evaluation.step(parts.length);
  return evaluation.list(parts);
}
