import { isRecord } from '@navette/kit';
import { parseDate } from '../date-time/parse-date.ts';
import { kindOf } from '../fields/kind-of.ts';
import type { ConditionType } from './operators.ts';

/** A value that could not be used as the type it should have. */
export class OperandMismatch {
  readonly expected: string;
  readonly actual: string;

  constructor(expected: string, value: unknown) {
    this.expected = expected;
    this.actual = kindOf(value);
  }
}

export interface ConversionRules {
  loose: boolean;
  /** IANA zone for dates without one. */
  timeZone: string;
}

/** Null, undefined and NaN: there is no value to compare. */
export function isMissing(value: unknown): boolean {
  return value === null || value === undefined || Number.isNaN(value);
}

/** Missing, or nothing in it: "", [] and {}, whatever type the condition has. */
export function isEmpty(value: unknown): boolean {
  if (isMissing(value) || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && isPlain(value) && Object.keys(value).length === 0;
}

/**
 * The value as the type of its condition: dates as milliseconds, missing values as undefined. Strict rules take the
 * type itself only (dates may be text); loose ones convert where the meaning is plain.
 */
export function convertOperand(
  value: unknown,
  type: ConditionType,
  rules: ConversionRules,
): unknown | OperandMismatch {
  // NaN stays what it is among numbers: it equals nothing, not even itself.
  if (isMissing(value)) return type === 'number' && typeof value === 'number' ? value : undefined;
  return converters[type](value, rules);
}

const converters: Record<ConditionType, (value: unknown, rules: ConversionRules) => unknown> = {
  string(value, { loose }) {
    if (typeof value === 'string') return value;
    if (!loose) return new OperandMismatch('a text', value);
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  },
  number(value, { loose }) {
    if (typeof value === 'number') return value;
    if (loose && typeof value === 'boolean') return value ? 1 : 0;
    if (loose && typeof value === 'string') {
      if (value.trim() === '') return undefined;
      const number = Number(value);
      if (!Number.isNaN(number)) return number;
    }
    return new OperandMismatch('a number', value);
  },
  dateTime(value, { loose, timeZone }) {
    if (typeof value === 'number' && !loose) return new OperandMismatch('a date', value);
    const date = parseDate(value, timeZone);
    if (date) return date.toMillis();
    if (loose && typeof value === 'string' && value.trim() === '') return undefined;
    return new OperandMismatch('a date', value);
  },
  boolean(value, { loose }) {
    if (typeof value === 'boolean') return value;
    if (!loose) return new OperandMismatch('true or false', value);
    if (typeof value === 'string') return !/^\s*(false|0+|no|off|)\s*$/i.test(value);
    return Boolean(value);
  },
  array(value, { loose }) {
    if (Array.isArray(value)) return value;
    const parsed = loose ? parseJson(value) : undefined;
    return Array.isArray(parsed) ? parsed : new OperandMismatch('a list', value);
  },
  object(value, { loose }) {
    if (isRecord(value)) return value;
    const parsed = loose ? parseJson(value) : undefined;
    return isRecord(parsed) ? parsed : new OperandMismatch('an object', value);
  },
};

function parseJson(value: unknown): unknown {
  if (typeof value !== 'string') return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** Whether an object is a bag of data, not an instance of something such as a date. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === null || prototype === Object.prototype;
}
