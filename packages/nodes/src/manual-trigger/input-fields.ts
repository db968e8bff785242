import type { Item } from '@navette/contracts';
import type { FieldIssue, Json, JsonObject } from '@navette/kit';
import { defineErrors, isForbiddenKey, isRecord } from '@navette/kit';
import { choice, label } from '@navette/node-sdk';
import { z } from 'zod';

/** What triggers that people or other workflows start say of their input. */
export const inputFieldSchema = z.strictObject({
  name: label(
    z
      .string()
      .min(1)
      .max(64)
      .regex(/^[^.[\]]+$/, 'must not have dots or brackets')
      .refine((name) => !isForbiddenKey(name), 'is not allowed'),
    { en: 'Name', fr: 'Nom' },
  ),
  type: label(
    choice({
      any: { en: 'Any', fr: 'Quelconque' },
      text: { en: 'Text', fr: 'Texte' },
      number: { en: 'Number', fr: 'Nombre' },
      boolean: { en: 'True or false', fr: 'Vrai ou faux' },
      list: { en: 'List', fr: 'Liste' },
      object: { en: 'Object', fr: 'Objet' },
    }).default('any'),
    { en: 'Type', fr: 'Type' },
  ),
  required: label(z.boolean().default(false), { en: 'Required', fr: 'Obligatoire' }),
  default: label(
    z.json().optional(),
    { en: 'Default', fr: 'Valeur par défaut' },
    { en: 'Used when the field is absent.', fr: 'Utilisée quand le champ est absent.' },
  ),
});
export type InputField = z.infer<typeof inputFieldSchema>;

export const inputFieldsSchema = label(
  z
    .array(inputFieldSchema)
    .max(100)
    .refine((fields) => new Set(fields.map((field) => field.name)).size === fields.length, {
      message: 'must not name a field twice',
    })
    .default([]),
  { en: 'Input fields', fr: 'Champs d’entrée' },
  {
    en: 'What an item may hold. Fields that are not listed pass unchanged.',
    fr: 'Ce qu’un élément peut contenir. Les champs absents de la liste passent tels quels.',
  },
);

export const inputErrors = defineErrors({
  TRIGGER_INPUT_INVALID: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The input of this run does not fit the fields that its trigger asks for',
    help: 'Give the fields that are listed, with the types that the trigger names.',
  },
});

const tests: Record<InputField['type'], (value: Json) => boolean> = {
  any: () => true,
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  list: (value) => Array.isArray(value),
  object: (value) => isRecord(value),
};

/**
 * Checks the items against the fields and fills in defaults. Null counts as absent.
 * @throws TRIGGER_INPUT_INVALID with one issue per item and field
 */
export function parseInput(fields: readonly InputField[], items: readonly Item[]): Item[] {
  const issues: FieldIssue[] = [];
  const parsed = items.map((item, index) => {
    const json: JsonObject = { ...item.json };
    for (const field of fields) {
      const value = Object.hasOwn(json, field.name) ? json[field.name] : undefined;
      if (value === undefined || value === null) {
        if (field.default !== undefined) json[field.name] = field.default as Json;
        else if (field.required)
          issues.push({ path: `/${index}/${field.name}`, message: 'is required and missing' });
      } else if (!tests[field.type](value)) {
        issues.push({ path: `/${index}/${field.name}`, message: `must be of type ${field.type}` });
      }
    }
    return { ...item, json };
  });
  if (issues.length > 0) throw inputErrors.create('TRIGGER_INPUT_INVALID', { issues: issues.slice(0, 100) });
  return parsed;
}
