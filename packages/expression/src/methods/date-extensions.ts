import { DateTime, type DateTimeUnit, Duration, type DurationUnit } from 'luxon';
import { describeType, toNumber } from '../runtime/convert.ts';
import { encodeJson } from '../runtime/encode-json.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { createArgumentError } from '../runtime/thrown.ts';
import { isPlainObject } from '../runtime/values.ts';
import { optionalText, optionsArgument } from './arguments.ts';
import { createNow, dateTimeArgument, toDateTime } from './create-date-time.ts';
import { readUnit } from './date-time.ts';
import type { Methods } from './member-table.ts';

type AnyDate = Date | DateTime;
type Extensions = Methods<AnyDate>;

const changing: Extensions = {
  plus: (evaluation, self, args) => shift(evaluation, self, 'plus', args),
  minus: (evaluation, self, args) => shift(evaluation, self, 'minus', args),
  beginningOf: (evaluation, self, [unit]) =>
    keepType(evaluation, self, (date) =>
      date.startOf(unitArgument(evaluation, unit, 'week') as DateTimeUnit),
    ),
  endOfMonth: (evaluation, self) => keepType(evaluation, self, (date) => date.endOf('month')),
};

const asking: Extensions = {
  isBetween(evaluation, self, [first, last]) {
    const bounds = [toDateTime(evaluation, first), toDateTime(evaluation, last)];
    const [a, b] = bounds.map((bound) => bound?.toMillis());
    if (a === undefined || b === undefined) return undefined;
    const time = self.valueOf();
    return time > Math.min(a, b) && time < Math.max(a, b);
  },
  isDst: (evaluation, self) => read(evaluation, self).isInDST,
  isWeekend: (evaluation, self) => read(evaluation, self).weekday >= 6,
  isInLast(evaluation, self, [count, unit]) {
    const now = createNow(evaluation);
    const amount = count === undefined ? 0 : toNumber(evaluation, count);
    const start = now.minus({ [unitArgument(evaluation, unit, 'minutes')]: amount });
    return self.valueOf() >= start.toMillis() && self.valueOf() <= now.toMillis();
  },
  isEmpty: () => false,
  isNotEmpty: () => true,
};

const reading: Extensions = {
  extract(evaluation, self, [part]) {
    const name = unitArgument(evaluation, part, 'week');
    const unit = partNames.get(name) ?? name.replace(/s$/, '');
    const value = readUnit(read(evaluation, self), unit);
    return typeof value === 'number' ? value : undefined;
  },
  format(evaluation, self, [format]) {
    return read(evaluation, self).toFormat(optionalText(evaluation, format) ?? 'yyyy-MM-dd');
  },
  diffTo: (evaluation, self, [other, units]) =>
    measure(evaluation, read(evaluation, self), dateTimeArgument(evaluation, other, 'diffTo'), units),
  diffToNow: (evaluation, self, [units]) =>
    measure(evaluation, createNow(evaluation), read(evaluation, self), units),
  toDateTime: (evaluation, self) => read(evaluation, self),
  toInt: (_evaluation, self) => self.valueOf(),
  toFloat: (_evaluation, self) => self.valueOf(),
  toNumber: (_evaluation, self) => self.valueOf(),
  toJsonString: (evaluation, self) => encodeJson(evaluation, self),
};

/** What this language adds to dates, for `Date` and `DateTime` alike; a result that is a date is of the same type. */
export const dateExtensions: Extensions = { ...changing, ...asking, ...reading };

const partNames = new Map([
  ['week', 'weekNumber'],
  ['weekNumber', 'weekNumber'],
  ['yearDayNumber', 'ordinal'],
  ['dayOfYear', 'ordinal'],
  ['weekDayNumber', 'weekday'],
  ['dayOfWeek', 'weekday'],
]);

function read(evaluation: Evaluation, self: AnyDate): DateTime {
  return self instanceof DateTime ? self : dateTimeArgument(evaluation, self, 'a date function');
}

function keepType(evaluation: Evaluation, self: AnyDate, change: (date: DateTime) => DateTime): AnyDate {
  const changed = change(read(evaluation, self));
  return self instanceof DateTime ? changed : evaluation.own(changed.toJSDate());
}

/** `plus(7, 'days')`, and as Luxon has it `plus({ days: 7 })`. */
function shift(
  evaluation: Evaluation,
  self: AnyDate,
  name: 'plus' | 'minus',
  [amount, unit]: readonly unknown[],
): AnyDate {
  const duration = toDuration(evaluation, amount, unit, name);
  return keepType(evaluation, self, (date) => date[name](duration));
}

function toDuration(evaluation: Evaluation, amount: unknown, unit: unknown, name: string): Duration {
  if (amount instanceof Duration) return amount;
  if (isPlainObject(amount)) return Duration.fromObject(optionsArgument(amount) ?? {});
  const count = typeof amount === 'number' || typeof amount === 'string' ? Number(amount) : Number.NaN;
  if (Number.isNaN(count))
    throw createArgumentError(name, `a number and a unit are needed, not ${describeType(amount)}`);
  return Duration.fromObject({ [unitArgument(evaluation, unit, 'milliseconds')]: count });
}

function unitArgument(evaluation: Evaluation, unit: unknown, fallback: string): string {
  return optionalText(evaluation, unit) ?? fallback;
}

/** The time from `start` to `end`: a number for one unit, an object for a list of them. */
function measure(evaluation: Evaluation, end: DateTime, start: DateTime, units: unknown): unknown {
  if (Array.isArray(units)) {
    const names = units.slice(0, 20).map((unit) => unitArgument(evaluation, unit, 'days'));
    return evaluation.own(end.diff(start, names as DurationUnit[]).toObject());
  }
  const unit = unitArgument(evaluation, units, 'days') as DurationUnit;
  return end.diff(start, unit).as(unit);
}
