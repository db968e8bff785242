import { DateTime } from 'luxon';

/** What kind of value this is, in words that error messages use. The value itself stays out of them. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date || DateTime.isDateTime(value)) return 'a date';
  if (typeof value === 'string') return value.trim() === '' ? 'an empty text' : 'a text';
  if (typeof value === 'number') return Number.isNaN(value) ? 'not a number (NaN)' : 'a number';
  if (typeof value === 'boolean') return 'true or false';
  return 'an object';
}
