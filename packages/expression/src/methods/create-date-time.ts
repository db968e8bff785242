import { DateTime } from 'luxon';
import { describeType } from '../runtime/convert.ts';
import { parseDate } from '../runtime/date-text.ts';
import type { Evaluation } from '../runtime/evaluation.ts';
import { createArgumentError } from '../runtime/thrown.ts';

/** Everything that makes a `DateTime` names zone and language, so that no setting of the host takes part. */

export interface ZoneOptions {
  zone: string;
  locale: string;
}

export function zoneOptions(evaluation: Evaluation): ZoneOptions {
  return { zone: evaluation.scope.timeZone, locale: 'en-US' };
}

/** `$now`. */
export function createNow(evaluation: Evaluation): DateTime {
  return DateTime.fromMillis(evaluation.scope.now(), zoneOptions(evaluation));
}

const unitFactors = new Map([
  ['ms', 1],
  ['s', 1000],
  ['us', 1 / 1000],
]);
const excelEpochMs = Date.UTC(1899, 11, 30);
const dayMs = 86_400_000;

/** From a number of milliseconds, seconds, microseconds, or days as Excel counts them. */
export function dateTimeFromNumber(evaluation: Evaluation, value: number, unit: string): DateTime {
  if (unit === 'excel') {
    // Excel counts days without a zone: the clock it shows is taken as the clock of the workflow's zone.
    const utc = DateTime.fromMillis(excelEpochMs + Math.round(value * dayMs), {
      zone: 'utc',
      locale: 'en-US',
    });
    return assertValid(utc.setZone(evaluation.scope.timeZone, { keepLocalTime: true }), 'toDateTime');
  }
  const factor = unitFactors.get(unit);
  if (factor === undefined) throw createArgumentError('toDateTime', 'the unit must be ms, s, us or excel');
  return assertValid(DateTime.fromMillis(Math.round(value * factor), zoneOptions(evaluation)), 'toDateTime');
}

/** From a text in a given Luxon format, or in any of the usual ones. A zone in the text is kept. */
export function dateTimeFromText(evaluation: Evaluation, text: string, format?: string): DateTime {
  const found = format === undefined ? readAnyFormat(evaluation, text) : readFormat(evaluation, text, format);
  return assertValid(found, 'toDateTime');
}

const maxDateText = 500;

function readFormat(evaluation: Evaluation, text: string, format: string): DateTime {
  if (text.length > maxDateText || format.length > maxDateText) {
    throw createArgumentError('toDateTime', `a text of at most ${maxDateText} characters is needed`);
  }
  return DateTime.fromFormat(text, format, { ...zoneOptions(evaluation), setZone: true });
}

function readAnyFormat(evaluation: Evaluation, text: string): DateTime {
  const options = { ...zoneOptions(evaluation), setZone: true };
  const trimmed = text.trim();
  if (trimmed.length > maxDateText) return DateTime.invalid('too long');
  for (const read of [DateTime.fromISO, DateTime.fromRFC2822, DateTime.fromHTTP, DateTime.fromSQL]) {
    const found = read(trimmed, options);
    if (found.isValid) return found;
  }
  return DateTime.fromMillis(parseDate(trimmed), zoneOptions(evaluation));
}

/** A date of any type as a `DateTime`; undefined when it is none. */
export function toDateTime(evaluation: Evaluation, value: unknown): DateTime | undefined {
  if (value instanceof DateTime) return value;
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? undefined : DateTime.fromJSDate(value, zoneOptions(evaluation));
  }
  if (typeof value === 'number') return DateTime.fromMillis(value, zoneOptions(evaluation));
  if (typeof value !== 'string') return undefined;
  const found = readAnyFormat(evaluation, value);
  return found.isValid ? found : undefined;
}

/** As `toDateTime`, or an error that names the function. */
export function dateTimeArgument(evaluation: Evaluation, value: unknown, name: string): DateTime {
  const found = toDateTime(evaluation, value);
  if (found === undefined) throw createArgumentError(name, `a date is needed, not ${describeType(value)}`);
  return found;
}

function assertValid(value: DateTime, name: string): DateTime {
  if (!value.isValid) throw createArgumentError(name, 'the value is not a date');
  return value;
}
