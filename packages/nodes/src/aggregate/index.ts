import { choice, defineNode, label, showWhen } from '@navette/node-sdk';
import { z } from 'zod';
import { fieldPathSchema } from '../fields/field-path.ts';
import { includeParameters } from '../fields/include-fields.ts';
import { aggregateItems } from './aggregate-items.ts';

const fieldSchema = z.strictObject({
  field: label(
    fieldPathSchema,
    { en: 'Field', fr: 'Champ' },
    { en: 'Name or dotted path.', fr: 'Nom ou chemin avec des points.' },
  ),
  as: label(
    z.union([z.literal(''), fieldPathSchema]).default(''),
    { en: 'New name', fr: 'Nouveau nom' },
    { en: 'Of the list; empty: the same name.', fr: 'De la liste ; vide : le même nom.' },
  ),
});

const other = includeParameters('all');

export const aggregateParameters = z
  .strictObject({
    mode: label(
      choice({
        items: { en: 'Whole items into one list', fr: 'Éléments entiers dans une liste' },
        fields: { en: 'One list per field', fr: 'Une liste par champ' },
      }).default('items'),
      { en: 'Mode', fr: 'Mode' },
    ),
    fields: showWhen(
      { mode: ['fields'] },
      label(
        z.array(fieldSchema).max(100).default([]),
        { en: 'Fields', fr: 'Champs' },
        {
          en: 'Each becomes a list of its values.',
          fr: 'Chacun devient la liste de ses valeurs.',
        },
      ),
    ),
    keepMissing: showWhen(
      { mode: ['fields'] },
      label(
        z.boolean().default(false),
        { en: 'Keep missing values', fr: 'Garder les valeurs absentes' },
        {
          en: 'As null, so that all lists have one entry per item.',
          fr: 'Comme null, pour que toutes les listes aient une valeur par élément.',
        },
      ),
    ),
    mergeLists: showWhen(
      { mode: ['fields'] },
      label(
        z.boolean().default(false),
        { en: 'Join lists', fr: 'Réunir les listes' },
        {
          en: 'Where values are lists themselves, one flat list is made.',
          fr: 'Quand les valeurs sont elles-mêmes des listes, en faire une seule.',
        },
      ),
    ),
    as: showWhen(
      { mode: ['items'] },
      label(
        fieldPathSchema.default('data'),
        { en: 'Name of the list', fr: 'Nom de la liste' },
        { en: 'The field of the new item that holds it.', fr: 'Le champ du nouvel élément qui la contient.' },
      ),
    ),
    include: showWhen({ mode: ['items'] }, other.include),
    includeFields: other.includeFields,
    includeBinary: label(
      z.boolean().default(false),
      { en: 'Collect files', fr: 'Réunir les fichiers' },
      {
        en: 'The new item carries the files of all; a name that is taken gets a number.',
        fr: 'Le nouvel élément porte les fichiers de tous ; un nom déjà pris reçoit un numéro.',
      },
    ),
  })
  .refine(({ mode, fields }) => mode === 'items' || fields.length > 0, {
    path: ['fields'],
    message: 'must name at least one field',
  });
export type AggregateParameters = z.output<typeof aggregateParameters>;

export const aggregate = defineNode({
  type: 'aggregate',
  version: 1,
  group: 'data',
  icon: 'stack-2',
  name: { en: 'Aggregate', fr: 'Regrouper' },
  description: {
    en: 'Gathers all items into one item with lists.',
    fr: 'Réunit tous les éléments en un seul, avec des listes.',
  },
  docs: {
    en: `Always gives exactly one item, with empty lists when nothing came in.

- **Whole items into one list**: the data of every item, in a field named by **Name of the list**. **Other fields** chooses which fields of each item are taken.
- **One list per field**: for each field the list of its values. Missing and null values are left out unless **Keep missing values** is on. **Join lists** flattens values that are lists.
- **Collect files**: puts the files of all items on the new one.

For sums and groups use **Summarize**.`,
    fr: `Donne toujours exactement un élément, avec des listes vides si rien n'est arrivé.

- **Éléments entiers dans une liste** : les données de chaque élément, dans un champ nommé par **Nom de la liste**. **Autres champs** choisit quels champs de chaque élément sont pris.
- **Une liste par champ** : pour chaque champ, la liste de ses valeurs. Les valeurs absentes ou null sont laissées, sauf si **Garder les valeurs absentes** est actif. **Réunir les listes** met à plat les valeurs qui sont des listes.
- **Réunir les fichiers** : met les fichiers de tous les éléments sur le nouveau.

Pour des sommes et des groupes, utilisez **Résumer**.`,
  },
  parameters: aggregateParameters,
  effect: 'pure',
  examples: [
    {
      title: { en: 'All items as one list', fr: 'Tous les éléments en une liste' },
      parameters: { as: 'orders' },
      inputs: { main: [{ json: { id: 1 } }, { json: { id: 2 } }] },
      outputs: {
        main: [{ json: { orders: [{ id: 1 }, { id: 2 }] }, pairedItem: [{ item: 0 }, { item: 1 }] }],
      },
    },
    {
      title: { en: 'A list of addresses', fr: "Une liste d'adresses" },
      parameters: { mode: 'fields', fields: [{ field: 'contact.mail', as: 'to' }] },
      inputs: {
        main: [
          { json: { contact: { mail: 'ada@example.com' } } },
          { json: { contact: {} } },
          { json: { contact: { mail: 'bob@example.com' } } },
        ],
      },
      outputs: {
        main: [
          {
            json: { to: ['ada@example.com', 'bob@example.com'] },
            pairedItem: [{ item: 0 }, { item: 1 }, { item: 2 }],
          },
        ],
      },
    },
  ],
  execute: (ctx) => [aggregateItems(ctx.items, ctx.parameters)],
});
