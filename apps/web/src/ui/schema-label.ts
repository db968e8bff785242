/** Reads the labels that node and credential types put into their JSON Schemas: English as `title` and `description`,
 * French under "x-fr", names of choices under "x-options". */
import { isRecord } from '@navette/kit/portable';
import type { Locale } from '../i18n/locale.ts';

export interface SchemaLabel {
  title: string;
  help: string | undefined;
}

export function toSchemaLabel(schema: unknown, name: string, locale: Locale): SchemaLabel {
  const fallback = { title: name, help: undefined };
  if (!isRecord(schema)) return fallback;
  const french = locale === 'fr' && isRecord(schema['x-fr']) ? schema['x-fr'] : undefined;
  return {
    title: readText(french?.['title']) ?? readText(schema['title']) ?? fallback.title,
    help: readText(french?.['description']) ?? readText(schema['description']),
  };
}

/** The sub-schema of a property, or undefined. */
export function readProperty(schema: unknown, name: string): unknown {
  if (!isRecord(schema)) return undefined;
  const properties = schema['properties'];
  if (isRecord(properties) && Object.hasOwn(properties, name)) return properties[name];
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    const branches = schema[key];
    if (!Array.isArray(branches)) continue;
    for (const branch of branches) {
      const found = readProperty(branch, name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The name of a value among choices, in the reader's language. */
export function toChoiceLabel(schema: unknown, value: unknown, locale: Locale): string | undefined {
  if (!isRecord(schema) || typeof value !== 'string') return undefined;
  const options = schema['x-options'];
  if (!isRecord(options) || !Object.hasOwn(options, value)) return undefined;
  const option = options[value];
  return isRecord(option) ? readText(option[locale]) : undefined;
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
