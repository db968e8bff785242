/** The longest wait that is taken from a Retry-After header: one day. */
export const maxRetryAfterMs = 86_400_000;

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The three date forms of RFC 9110 §5.6.7, all of them in GMT. */
const imfFixdate =
  /^[a-z]{3}, (?<day>\d{2}) (?<month>[a-z]{3}) (?<year>\d{4}) (?<time>\d{2}:\d{2}:\d{2}) gmt$/;
const rfc850Date =
  /^[a-z]{6,9}, (?<day>\d{2})-(?<month>[a-z]{3})-(?<year>\d{2}) (?<time>\d{2}:\d{2}:\d{2}) gmt$/;
const asctimeDate = /^[a-z]{3} (?<month>[a-z]{3}) (?<day>[ \d]\d) (?<time>\d{2}:\d{2}:\d{2}) (?<year>\d{4})$/;

/**
 * Milliseconds to wait according to a Retry-After header (RFC 9110 §10.2.3): seconds or an HTTP date, a date in the
 * past giving 0, at most `maxRetryAfterMs`. Seconds with a fraction are read too, since vendors send them. Undefined
 * when the header is absent or unreadable.
 * @example parseRetryAfter('120', Date.now()) // 120000
 */
export function parseRetryAfter(headerValue: string | null | undefined, nowMs: number): number | undefined {
  const text = headerValue?.trim().toLowerCase();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Math.ceil(Number(text) * 1000), maxRetryAfterMs);
  const dateMs = parseHttpDate(text, nowMs);
  return dateMs === undefined ? undefined : Math.min(Math.max(0, dateMs - nowMs), maxRetryAfterMs);
}

function parseHttpDate(text: string, nowMs: number): number | undefined {
  const parts = (imfFixdate.exec(text) ?? rfc850Date.exec(text) ?? asctimeDate.exec(text))?.groups;
  if (!parts) return undefined;
  const month = months.indexOf(parts['month']!);
  const day = Number(parts['day']);
  const [hour, minute, second] = parts['time']!.split(':').map(Number) as [number, number, number];
  if (month < 0 || hour > 23 || minute > 59 || second > 60) return undefined;
  const year = parts['year']!.length === 2 ? expandYear(Number(parts['year']), nowMs) : Number(parts['year']);
  const midnight = new Date(Date.UTC(year, month, day));
  if (midnight.getUTCMonth() !== month || midnight.getUTCDate() !== day) return undefined;
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
}

/** A two-digit year means the last year with those digits that is at most 50 years ahead (RFC 9110 §5.6.7). */
function expandYear(twoDigits: number, nowMs: number): number {
  const latest = new Date(nowMs).getUTCFullYear() + 50;
  return latest - ((latest - twoDigits) % 100);
}
