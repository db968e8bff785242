import type { Localized } from '@navette/contracts';
import { z } from 'zod';

/**
 * An enum parameter whose values have names in both languages. The form reads them from "x-options".
 * @example choice({ asc: { en: 'Ascending', fr: 'Croissant' }, desc: { en: 'Descending', fr: 'Décroissant' } }).default('asc')
 */
export function choice<const T extends Readonly<Record<string, Localized>>>(options: T) {
  const values = Object.keys(options) as (keyof T & string)[];
  return z.enum(values as [keyof T & string, ...(keyof T & string)[]]).meta({ 'x-options': options });
}

/**
 * Tells the form to show a parameter only while its sibling parameters have one of the listed values. A parameter that
 * is not shown keeps its default; validation does not depend on it.
 * @example showWhen({ mode: ['fields'] }, label(z.array(fieldSchema).default([]), …))
 */
export function showWhen<T extends z.ZodType>(
  siblings: Readonly<Record<string, readonly (string | boolean)[]>>,
  schema: T,
): T {
  return schema.meta({ ...schema.meta(), 'x-show-when': siblings });
}
