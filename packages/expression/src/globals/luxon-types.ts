import { DateTime, Duration, Interval } from 'luxon';
import { optionsArgument, textArgument } from '../methods/arguments.ts';
import { createNow, dateTimeArgument, zoneOptions } from '../methods/create-date-time.ts';
import { durationArgument } from '../methods/date-time.ts';
import { toNumber } from '../runtime/convert.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { createArgumentError, createTypeFault } from '../runtime/thrown.ts';
import type { NativeRun } from '../runtime/values.ts';
import { createType } from './native.ts';

/** `DateTime`, `Duration` and `Interval` of Luxon, in the zone of the workflow unless the expression names another. */

function optionsFor(evaluation: Evaluation, given: unknown): object {
  return { ...zoneOptions(evaluation), ...optionsArgument(given) };
}

/** A reader of one text format. */
function fromText(name: string, read: (text: string, options: object) => DateTime): NativeRun {
  return (evaluation, [text, options]) =>
    read(textArgument(evaluation, text, name).slice(0, 500), optionsFor(evaluation, options));
}

const readers: Record<string, NativeRun> = {
  fromISO: fromText('fromISO', DateTime.fromISO),
  fromRFC2822: fromText('fromRFC2822', DateTime.fromRFC2822),
  fromHTTP: fromText('fromHTTP', DateTime.fromHTTP),
  fromSQL: fromText('fromSQL', DateTime.fromSQL),
  fromFormat: (evaluation, [text, format, options]) =>
    DateTime.fromFormat(
      textArgument(evaluation, text, 'fromFormat').slice(0, 500),
      textArgument(evaluation, format, 'fromFormat').slice(0, 500),
      optionsFor(evaluation, options),
    ),
  fromMillis: (evaluation, [value, options]) =>
    DateTime.fromMillis(toNumber(evaluation, value), optionsFor(evaluation, options)),
  fromSeconds: (evaluation, [value, options]) =>
    DateTime.fromSeconds(toNumber(evaluation, value), optionsFor(evaluation, options)),
  fromJSDate: (evaluation, [value, options]) => {
    if (!(value instanceof Date)) throw createArgumentError('fromJSDate', 'a Date is needed');
    return DateTime.fromJSDate(value, optionsFor(evaluation, options));
  },
  fromObject: (evaluation, [fields, options]) =>
    DateTime.fromObject(optionsArgument(fields) ?? {}, optionsFor(evaluation, options)),
};

const dateTimeType = createType('DateTime', {
  call: () => {
    throw createTypeFault('DateTime is not called; use DateTime.now(), DateTime.fromISO() and the like');
  },
  isInstance: (value) => value instanceof DateTime,
  members: {
    ...readers,
    now: createNow,
    local: (evaluation, args) => createFromFields(evaluation, args),
    utc: (evaluation, args) => createFromFields(evaluation, args, 'utc'),
    isDateTime: (_evaluation, [value]) => value instanceof DateTime,
    max: (evaluation, args) =>
      DateTime.max(...args.map((arg) => dateTimeArgument(evaluation, arg, 'DateTime.max'))),
    min: (evaluation, args) =>
      DateTime.min(...args.map((arg) => dateTimeArgument(evaluation, arg, 'DateTime.min'))),
    DATE_SHORT: 'D',
    DATETIME_SHORT: 'f',
  },
});

/** `DateTime.local(2024, 1, 31, …)`; options may come last. */
function createFromFields(evaluation: Evaluation, args: readonly unknown[], zone?: string): DateTime {
  const options = { ...optionsFor(evaluation, args.at(-1)), ...(zone === undefined ? {} : { zone }) };
  const numbers = args.filter((arg) => typeof arg === 'number');
  if (numbers.length === 0) return DateTime.fromMillis(evaluation.scope.now(), options);
  const [year, month, day, hour, minute, second, millisecond] = numbers;
  const fields = Object.entries({ year, month, day, hour, minute, second, millisecond });
  return DateTime.fromObject(Object.fromEntries(fields.filter(([, value]) => value !== undefined)), options);
}

const durationType = createType('Duration', {
  call: () => {
    throw createTypeFault('Duration is not called; use Duration.fromObject() and the like');
  },
  isInstance: (value) => value instanceof Duration,
  members: {
    fromObject: (_evaluation, [fields]) => durationArgument(fields),
    fromMillis: (evaluation, [value]) => Duration.fromMillis(toNumber(evaluation, value)),
    fromISO: (evaluation, [text]) =>
      Duration.fromISO(textArgument(evaluation, text, 'fromISO').slice(0, 500)),
    fromISOTime: (evaluation, [text]) =>
      Duration.fromISOTime(textArgument(evaluation, text, 'fromISOTime').slice(0, 500)),
    isDuration: (_evaluation, [value]) => value instanceof Duration,
  },
});

const intervalType = createType('Interval', {
  call: () => {
    throw createTypeFault('Interval is not called; use Interval.fromDateTimes() and the like');
  },
  isInstance: (value) => value instanceof Interval,
  members: {
    fromDateTimes: (evaluation, [start, end]) =>
      Interval.fromDateTimes(
        dateTimeArgument(evaluation, start, 'fromDateTimes'),
        dateTimeArgument(evaluation, end, 'fromDateTimes'),
      ),
    after: (evaluation, [start, duration]) =>
      Interval.after(dateTimeArgument(evaluation, start, 'after'), durationArgument(duration)),
    before: (evaluation, [end, duration]) =>
      Interval.before(dateTimeArgument(evaluation, end, 'before'), durationArgument(duration)),
    fromISO: (evaluation, [text, options]) =>
      Interval.fromISO(
        textArgument(evaluation, text, 'fromISO').slice(0, 500),
        optionsFor(evaluation, options),
      ),
    isInterval: (_evaluation, [value]) => value instanceof Interval,
  },
});

export const luxonTypes = [dateTimeType, durationType, intervalType];
