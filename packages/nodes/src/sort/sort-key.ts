import type { Json } from '@navette/kit';
import { parseDate } from '../date-time/parse-date.ts';

export type SortType = 'auto' | 'text' | 'number' | 'date';

export interface SortKeyRules {
  type: SortType;
  caseSensitive: boolean;
  /** IANA zone for dates that come without one. */
  timeZone: string;
}

/** Values of different kinds: numbers and dates, texts, false and true, lists and objects. */
const ranks = { number: 0, text: 1, boolean: 2, structure: 3, missing: 4 } as const;

/** A value made ready for comparing, once per item. */
export interface SortKey {
  rank: number;
  number: number;
  text: string;
}

/** The same on every machine, whatever its locale: digits count as numbers ("file9" before "file10"). */
const withCase = new Intl.Collator('en', { numeric: true });
const withoutCase = new Intl.Collator('en', { numeric: true, sensitivity: 'accent' });

export function toSortKey(value: Json | undefined, rules: SortKeyRules): SortKey {
  if (value === undefined || value === null) return missingKey;
  switch (rules.type) {
    case 'number':
      return numberKey(typeof value === 'string' ? readNumber(value) : Number(value));
    case 'date':
      return numberKey(parseDate(value, rules.timeZone)?.toMillis() ?? Number.NaN);
    case 'text':
      return textKey(typeof value === 'object' ? JSON.stringify(value) : String(value));
    default:
      return autoKey(value);
  }
}

/** Negative, zero or positive, as Array.prototype.sort wants it. Missing values come last; callers may turn that round. */
export function compareKeys(a: SortKey, b: SortKey, caseSensitive: boolean): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.rank === ranks.missing) return 0;
  if (a.rank === ranks.text || a.rank === ranks.structure)
    return (caseSensitive ? withCase : withoutCase).compare(a.text, b.text);
  return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
}

export function isMissingKey(key: SortKey): boolean {
  return key.rank === ranks.missing;
}

export function isNumberKey(key: SortKey): boolean {
  return key.rank === ranks.number;
}

const missingKey: SortKey = { rank: ranks.missing, number: 0, text: '' };

function autoKey(value: Json): SortKey {
  if (typeof value === 'number') return numberKey(value);
  if (typeof value === 'boolean') return { rank: ranks.boolean, number: value ? 1 : 0, text: '' };
  if (typeof value === 'object') return { rank: ranks.structure, number: 0, text: JSON.stringify(value) };
  const number = readNumber(value);
  return Number.isNaN(number) ? textKey(value) : numberKey(number);
}

/** What cannot be read as the wanted type counts as missing. */
function numberKey(number: number): SortKey {
  return Number.isNaN(number) ? missingKey : { rank: ranks.number, number, text: '' };
}

function textKey(text: string): SortKey {
  return { rank: ranks.text, number: 0, text };
}

/** "12", " -3.5 " and "1e3" are numbers; "", "12 kg" and "0x1f" are not. */
export function readNumber(text: string): number {
  return /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN;
}
