import type { Json } from '@navette/kit';
import { DateTime, type DateTimeUnit } from 'luxon';
import { kindOf } from '../fields/kind-of.ts';
import { dateTimeErrors } from './errors.ts';
import type { DatePart, DateTimeParameters, DateUnit } from './parameters.ts';
import { parseDate } from './parse-date.ts';

export interface DatePlace {
  itemIndex: number;
  /** Of the workflow; the parameter comes first. */
  timeZone: string;
  nowMs: number;
}

/** The result of one operation for one item. Throws NODE_DATE_INVALID and NODE_DATE_RANGE. */
export function computeDate(parameters: DateTimeParameters, place: DatePlace): Json {
  const reader = { parameters, item: place.itemIndex, zone: parameters.timeZone || place.timeZone };
  switch (parameters.operation) {
    case 'now':
      return formatDate(DateTime.fromMillis(place.nowMs, { zone: reader.zone }), reader);
    case 'format':
      return formatDate(readDate(reader, 'date', parameters.value), reader);
    case 'add':
    case 'subtract': {
      const sign = parameters.operation === 'add' ? 1 : -1;
      const date = readDate(reader, 'date', parameters.value);
      return formatDate(date.plus({ [parameters.unit]: sign * parameters.amount }), reader);
    }
    case 'difference':
      return differenceOf(
        readDate(reader, 'date', parameters.value),
        readDate(reader, 'end', parameters.end),
        parameters,
      );
    case 'extract':
      return extractPart(
        readDate(reader, 'date', parameters.value).setLocale(parameters.locale),
        parameters.part,
      );
    case 'round':
      return formatDate(roundDate(readDate(reader, 'date', parameters.value), parameters), reader);
  }
}

/** Where the result goes when no name was given. */
export function resultFieldOf({ operation, part, as }: DateTimeParameters): string {
  if (as !== '') return as;
  if (operation === 'extract') return part;
  return operation === 'difference' ? 'difference' : 'date';
}

interface Reader {
  parameters: DateTimeParameters;
  item: number;
  zone: string;
}

function readDate({ parameters, item, zone }: Reader, parameter: string, value: unknown): DateTime {
  const date = parseInput(parameters, zone, value);
  if (date?.isValid) return date;
  const expected =
    parameters.input === 'custom' ? `pattern ${parameters.inputPattern}` : `form ${parameters.input}`;
  throw dateTimeErrors.create('NODE_DATE_INVALID', {
    params: { item, parameter, actual: kindOf(value), expected },
  });
}

function parseInput(
  { input, inputPattern, locale }: DateTimeParameters,
  zone: string,
  value: unknown,
): DateTime | undefined {
  if (input === 'auto' || (typeof value === 'object' && value !== null)) return parseDate(value, zone);
  if (input === 'custom') {
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    return DateTime.fromFormat(String(value).trim(), inputPattern, { zone, locale });
  }
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
  return DateTime.fromMillis(input === 'unix-seconds' ? number * 1000 : number, { zone });
}

function formatDate(date: DateTime, { parameters, item }: Reader): Json {
  if (!date.isValid) throw dateTimeErrors.create('NODE_DATE_RANGE', { params: { item } });
  switch (parameters.format) {
    case 'iso':
      return date.toISO();
    case 'date':
      return date.toISODate();
    case 'time':
      return date.toFormat('HH:mm:ss');
    case 'unix-seconds':
      return Math.floor(date.toSeconds());
    case 'unix-milliseconds':
      return date.toMillis();
    case 'rfc2822':
      return date.toRFC2822();
    case 'http':
      return date.toHTTP();
    case 'custom':
      return date.setLocale(parameters.locale).toFormat(parameters.outputPattern);
  }
}

function differenceOf(start: DateTime, end: DateTime, { units, wholeUnits }: DateTimeParameters): Json {
  const difference = end.diff(start, units).toObject();
  const entries = units.map((unit): [DateUnit, number] => {
    const amount = difference[unit] ?? 0;
    return [unit, wholeUnits ? Math.trunc(amount) + 0 : amount];
  });
  return units.length === 1 ? entries[0]![1] : Object.fromEntries(entries);
}

function extractPart(date: DateTime, part: DatePart): Json {
  switch (part) {
    case 'monthName':
      return date.toFormat('LLLL');
    case 'weekdayName':
      return date.toFormat('cccc');
    case 'week':
      return date.weekNumber;
    case 'dayOfYear':
      return date.ordinal;
    default:
      return date[part];
  }
}

function roundDate(date: DateTime, { rounding, unit }: DateTimeParameters): DateTime {
  const single = unit.slice(0, -1) as DateTimeUnit;
  const start = date.startOf(single);
  if (rounding === 'start') return start;
  if (rounding === 'end') return date.endOf(single);
  const next = start.plus({ [unit]: 1 });
  const isNearStart = date.toMillis() - start.toMillis() < next.toMillis() - date.toMillis();
  return isNearStart ? start : next;
}
