import { DateTime } from 'luxon';

/** Numbers below this are seconds: as milliseconds they would be before March 1973. */
const secondsBelow = 100_000_000_000;

/**
 * A date from whatever workflows carry it in: luxon and JavaScript dates, ISO 8601, SQL, RFC 2822 and HTTP text, and
 * Unix times (seconds or milliseconds, told apart by size). Text without a zone is read in `zone`; the result is in
 * `zone`. Undefined when it is no date.
 */
export function parseDate(value: unknown, zone: string): DateTime | undefined {
  if (DateTime.isDateTime(value)) return whenValid(value.setZone(zone));
  if (value instanceof Date) return whenValid(DateTime.fromJSDate(value, { zone }));
  if (typeof value === 'number') return parseUnix(value, zone);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text === '') return undefined;
  if (/^-?\d{9,}(\.\d+)?$/.test(text)) return parseUnix(Number(text), zone);
  return parseText(text, zone);
}

function parseUnix(value: number, zone: string): DateTime | undefined {
  if (!Number.isFinite(value)) return undefined;
  const ms = Math.abs(value) < secondsBelow ? value * 1000 : value;
  return whenValid(DateTime.fromMillis(ms, { zone }));
}

const readers = [DateTime.fromISO, DateTime.fromSQL, DateTime.fromRFC2822, DateTime.fromHTTP] as const;

function parseText(text: string, zone: string): DateTime | undefined {
  // A lone number such as "7" or "2024" is far more often a count than a year.
  if (/^\d+$/.test(text) && text.length !== 8) return undefined;
  // A time without a date would take today's.
  if (/^(T|\d{1,2}:)/i.test(text)) return undefined;
  for (const read of readers) {
    const date = whenValid(read(text, { zone }));
    if (date) return date;
  }
  return undefined;
}

function whenValid(date: DateTime): DateTime | undefined {
  return date.isValid ? date : undefined;
}
