/**
 * JavaScript dates read and print local time. Here local time of a `Date` is UTC always, whatever zone the server
 * runs in, so that an expression means the same everywhere; zones are what `DateTime` is for.
 */

const explicitZone =
  /(?:[zZ]|[+-]\d{2}:?\d{2}|\b(?:GMT|UTC|UT|[ECMP][SD]T))(?:[+-]\d{4})?\s*(?:\([^)]*\))?\s*$/;
const isoDate = /^[+-]?\d{4,6}(?:-\d{2}(?:-\d{2})?)?$/;

/** Milliseconds, or NaN. */
export function parseDate(text: string): number {
  const trimmed = text.trim();
  const parsed = Date.parse(trimmed);
  if (Number.isNaN(parsed) || isoDate.test(trimmed) || explicitZone.test(trimmed)) return parsed;
  // The host read it in its own zone: take the clock it saw as UTC.
  const local = new Date(parsed);
  const day = Date.UTC(local.getFullYear(), local.getMonth(), local.getDate());
  const timeMs =
    ((local.getHours() * 60 + local.getMinutes()) * 60 + local.getSeconds()) * 1000 + local.getMilliseconds();
  return day + timeMs;
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "Thu Sep 01 2022 19:42:28 GMT+0000 (Coordinated Universal Time)". */
export function formatDate(date: Date): string {
  if (Number.isNaN(date.getTime())) return 'Invalid Date';
  return `${formatDay(date)} ${formatClock(date)}`;
}

/** "Thu Sep 01 2022". */
export function formatDay(date: Date): string {
  if (Number.isNaN(date.getTime())) return 'Invalid Date';
  const year = date.getUTCFullYear();
  const yearText = `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(4, '0')}`;
  return `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${pad(date.getUTCDate())} ${yearText}`;
}

/** "19:42:28 GMT+0000 (Coordinated Universal Time)". */
export function formatClock(date: Date): string {
  if (Number.isNaN(date.getTime())) return 'Invalid Date';
  const clock = `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
  return `${clock} GMT+0000 (Coordinated Universal Time)`;
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}
