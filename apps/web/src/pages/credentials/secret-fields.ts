/** The fields of a credential type, read from its JSON Schema. */
import type { JsonObject } from '@navette/kit/portable';
import { isRecord } from '@navette/kit/portable';
import type { Locale } from '../../i18n/locale.ts';
import { toSchemaLabel } from '../../ui/schema-label.ts';

export interface SecretField {
  name: string;
  title: string;
  help: string | undefined;
  required: boolean;
  /** Typed blind. */
  secret: boolean;
  initial: string;
}

export function toSecretFields(schema: JsonObject, locale: Locale): SecretField[] {
  const { properties, required } = schema;
  if (!isRecord(properties)) return [];
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(properties).map(([name, property]) => {
    const fallback = isRecord(property) ? property['default'] : undefined;
    return {
      name,
      ...toSchemaLabel(property, name, locale),
      required: needed.includes(name) && fallback === undefined,
      secret: isRecord(property) && property['x-secret'] === true,
      initial: typeof fallback === 'string' ? fallback : '',
    };
  });
}

/** What is sent: fields that were left empty and need not be given are left out. */
export function toSecretData(
  fields: readonly SecretField[],
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  const data: [string, string][] = [];
  for (const field of fields) {
    const value = values[field.name] ?? field.initial;
    if (value !== '' || field.required) data.push([field.name, value]);
  }
  return Object.fromEntries(data);
}
