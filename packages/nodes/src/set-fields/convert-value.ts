import { isRecord, type Json } from '@navette/kit';

export const fieldTypes = ['any', 'string', 'number', 'boolean', 'array', 'object', 'json'] as const;
export type FieldType = (typeof fieldTypes)[number];

/** What each type asks for, in the words of error messages. */
export const expectedOf: Readonly<Record<FieldType, string>> = {
  any: 'any value',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  json: 'JSON',
};

/**
 * A value as the type of its field, or undefined when it cannot become that. Missing values become null whatever the
 * type: JSON has no other word for them.
 */
export function convertValue(value: unknown, type: FieldType): Json | undefined {
  if (value === null || value === undefined) return null;
  return converters[type](value as Json);
}

const trueWords = new Set(['true', '1', 'yes', 'on']);
const falseWords = new Set(['false', '0', 'no', 'off']);

const converters: Record<FieldType, (value: Json) => Json | undefined> = {
  any: (value) => value,
  string(value) {
    if (typeof value === 'string') return value;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  },
  number(value) {
    if (typeof value === 'number') return value;
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (typeof value !== 'string' || value.trim() === '') return undefined;
    const number = Number(value);
    return Number.isFinite(number) ? number : undefined;
  },
  boolean(value) {
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    const word = String(value).trim().toLowerCase();
    if (trueWords.has(word)) return true;
    return falseWords.has(word) ? false : undefined;
  },
  array(value) {
    const list = typeof value === 'string' ? parseJson(value) : value;
    return Array.isArray(list) ? list : undefined;
  },
  object(value) {
    const object = typeof value === 'string' ? parseJson(value) : value;
    return isRecord(object) ? object : undefined;
  },
  json: (value) => (typeof value === 'string' ? parseJson(value) : value),
};

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
