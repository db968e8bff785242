import type { JsonObject } from '@navette/kit';
import { choice, label, showWhen } from '@navette/node-sdk';
import { z } from 'zod';
import { fieldPathSchema, readField, withoutField } from './field-path.ts';
import { writeFieldAs } from './write-field.ts';

const includeNames = {
  all: { en: 'All', fr: 'Tous' },
  none: { en: 'None', fr: 'Aucun' },
  selected: { en: 'Only the listed ones', fr: 'Seulement ceux de la liste' },
  except: { en: 'All but the listed ones', fr: 'Tous sauf ceux de la liste' },
} as const;
export type Include = keyof typeof includeNames;

/** The pair of parameters that says which other fields of an input item go along. */
export function includeParameters(initial: Include) {
  return {
    include: label(
      choice(includeNames).default(initial),
      { en: 'Other fields', fr: 'Autres champs' },
      {
        en: 'Which other fields of the input item go along.',
        fr: "Quels autres champs de l'élément d'entrée sont repris.",
      },
    ),
    includeFields: showWhen(
      { include: ['selected', 'except'] },
      label(
        z.array(fieldPathSchema).max(500).default([]),
        { en: 'Listed fields', fr: 'Champs de la liste' },
        { en: 'Names or dotted paths.', fr: 'Noms ou chemins avec des points.' },
      ),
    ),
  };
}

/** A new object with the fields that `include` lets through. */
export function takeIncluded(json: JsonObject, include: Include, fields: readonly string[]): JsonObject {
  if (include === 'all') return { ...json };
  if (include === 'none') return {};
  if (include === 'selected') return pickFields(json, fields);
  return fields.reduce<JsonObject>((rest, field) => withoutField(rest, field), { ...json });
}

/** A new object with only these fields; a field that is missing stays missing. */
export function pickFields(json: JsonObject, fields: readonly string[]): JsonObject {
  const picked: JsonObject = {};
  for (const field of fields) {
    const value = readField(json, field);
    if (value !== undefined) writeFieldAs(json, picked, field, value);
  }
  return picked;
}
