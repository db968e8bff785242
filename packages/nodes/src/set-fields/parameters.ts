import { choice, label, showWhen } from '@navette/node-sdk';
import { z } from 'zod';
import { fieldPathSchema } from '../fields/field-path.ts';
import { includeParameters } from '../fields/include-fields.ts';

const typeNames = {
  any: { en: 'As it comes', fr: 'Tel quel' },
  string: { en: 'Text', fr: 'Texte' },
  number: { en: 'Number', fr: 'Nombre' },
  boolean: { en: 'True or false', fr: 'Vrai ou faux' },
  array: { en: 'List', fr: 'Liste' },
  object: { en: 'Object', fr: 'Objet' },
  json: { en: 'JSON text', fr: 'Texte JSON' },
} as const;

const fieldSchema = z.strictObject({
  name: label(
    fieldPathSchema,
    { en: 'Name', fr: 'Nom' },
    {
      en: 'A dotted path makes nested objects: customer.city.',
      fr: 'Un chemin avec des points crée des objets imbriqués : client.ville.',
    },
  ),
  type: label(
    choice(typeNames).default('any'),
    { en: 'Type', fr: 'Type' },
    {
      en: 'The value is converted to it; what cannot be converted is an error.',
      fr: 'La valeur y est convertie ; ce qui ne peut pas l’être est une erreur.',
    },
  ),
  value: label(
    z.unknown().optional(),
    { en: 'Value', fr: 'Valeur' },
    {
      en: 'Fixed, or an expression. A missing value becomes null.',
      fr: 'Fixe, ou une expression. Une valeur absente devient null.',
    },
  ),
});

const other = includeParameters('all');

export const setFieldsParameters = z.strictObject({
  mode: label(
    choice({
      fields: { en: 'Field by field', fr: 'Champ par champ' },
      json: { en: 'One JSON object', fr: 'Un objet JSON' },
    }).default('fields'),
    { en: 'Mode', fr: 'Mode' },
    {
      en: 'List the fields, or write the whole object as JSON.',
      fr: "Lister les champs, ou écrire l'objet entier en JSON.",
    },
  ),
  fields: showWhen(
    { mode: ['fields'] },
    label(
      z.array(fieldSchema).max(500).default([]),
      { en: 'Fields', fr: 'Champs' },
      { en: 'Set in this order.', fr: 'Définis dans cet ordre.' },
    ),
  ),
  json: showWhen(
    { mode: ['json'] },
    label(
      z.unknown().optional(),
      { en: 'JSON', fr: 'JSON' },
      {
        en: 'A JSON object as text, or an expression that gives an object. Its fields replace those of the item.',
        fr: "Un objet JSON en texte, ou une expression qui donne un objet. Ses champs remplacent ceux de l'élément.",
      },
    ),
  ),
  include: other.include,
  includeFields: other.includeFields,
  dotNotation: label(
    z.boolean().default(true),
    { en: 'Dotted paths', fr: 'Chemins avec des points' },
    {
      en: 'Off: a name with dots is one plain field name.',
      fr: 'Sinon, un nom avec des points est un simple nom de champ.',
    },
  ),
  ignoreConversionErrors: label(
    z.boolean().default(false),
    { en: 'Ignore conversion errors', fr: 'Ignorer les erreurs de conversion' },
    {
      en: 'Keep a value that cannot be converted as it is.',
      fr: 'Garder telle quelle une valeur qui ne peut pas être convertie.',
    },
  ),
  keepBinary: label(
    z.boolean().default(true),
    { en: 'Keep files', fr: 'Garder les fichiers' },
    { en: 'Files of the item go along.', fr: "Les fichiers de l'élément sont repris." },
  ),
});
export type SetFieldsParameters = z.output<typeof setFieldsParameters>;
