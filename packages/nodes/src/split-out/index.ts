import type { Item } from '@navette/contracts';
import { choice, defineNode, label } from '@navette/node-sdk';
import { z } from 'zod';
import { fieldPathSchema } from '../fields/field-path.ts';
import { includeParameters } from '../fields/include-fields.ts';
import { splitItem } from './split-item.ts';

const listSchema = z.strictObject({
  field: label(
    fieldPathSchema,
    { en: 'Field', fr: 'Champ' },
    { en: 'The field that holds the list.', fr: 'Le champ qui contient la liste.' },
  ),
  as: label(
    z.union([z.literal(''), fieldPathSchema]).default(''),
    { en: 'New name', fr: 'Nouveau nom' },
    {
      en: 'Where each element goes; empty: the same field.',
      fr: 'Où va chaque valeur ; vide : le même champ.',
    },
  ),
});

const other = includeParameters('none');

export const splitOutParameters = z.strictObject({
  fields: label(
    z.array(listSchema).min(1, 'must name at least one field').max(50),
    { en: 'Lists', fr: 'Listes' },
    {
      en: 'Several lists are taken apart side by side.',
      fr: 'Plusieurs listes sont éclatées côte à côte.',
    },
  ),
  include: other.include,
  includeFields: other.includeFields,
  missing: label(
    choice({
      skip: { en: 'Drop the item', fr: "Retirer l'élément" },
      keep: { en: 'Keep the item without the field', fr: "Garder l'élément sans le champ" },
      error: { en: 'Stop with an error', fr: 'Arrêter avec une erreur' },
    }).default('skip'),
    { en: 'When there is nothing to split', fr: "Quand il n'y a rien à éclater" },
    {
      en: 'For items whose lists are missing or empty.',
      fr: 'Pour les éléments dont les listes sont absentes ou vides.',
    },
  ),
  keepBinary: label(
    z.boolean().default(false),
    { en: 'Keep files', fr: 'Garder les fichiers' },
    {
      en: 'Each new item carries the files of the old one.',
      fr: "Chaque nouvel élément porte les fichiers de l'ancien.",
    },
  ),
});
export type SplitOutParameters = z.output<typeof splitOutParameters>;

export const splitOut = defineNode({
  type: 'split-out',
  version: 1,
  group: 'data',
  icon: 'arrows-split',
  name: { en: 'Split out', fr: 'Éclater' },
  description: {
    en: 'Turns each element of a list into an item of its own.',
    fr: "Fait de chaque valeur d'une liste un élément à part.",
  },
  docs: {
    en: `One item with a list of five becomes five items.

- **Lists**: the fields that hold the lists, as names or dotted paths. Of several lists, the first elements make the first item, the second ones the second, and so on; where a list is shorter, its field is left out. An object counts as the list of its values, any other value as a list of one.
- **New name**: where the element goes. Without it, and without other fields, an element that is an object becomes the whole item.
- **Other fields**: which fields of the old item each new one gets; the list itself is replaced by its element.
- **When there is nothing to split**: drop the item, keep it, or stop with \`NODE_INPUT_INVALID\`.`,
    fr: `Un élément avec une liste de cinq valeurs devient cinq éléments.

- **Listes** : les champs qui contiennent les listes, par nom ou chemin avec des points. De plusieurs listes, les premières valeurs font le premier élément, les deuxièmes le deuxième, etc. ; si une liste est plus courte, son champ manque. Un objet compte comme la liste de ses valeurs, toute autre valeur comme une liste d'une seule.
- **Nouveau nom** : où va la valeur. Sans lui, et sans autres champs, une valeur qui est un objet devient l'élément entier.
- **Autres champs** : quels champs de l'ancien élément vont dans chaque nouveau ; la liste elle-même est remplacée par sa valeur.
- **Quand il n'y a rien à éclater** : retirer l'élément, le garder, ou arrêter avec \`NODE_INPUT_INVALID\`.`,
  },
  parameters: splitOutParameters,
  effect: 'pure',
  examples: [
    {
      title: { en: 'Order lines', fr: 'Lignes de commande' },
      parameters: { fields: [{ field: 'lines' }] },
      inputs: { main: [{ json: { id: 1, lines: [{ sku: 'a' }, { sku: 'b' }] } }] },
      outputs: {
        main: [
          { json: { sku: 'a' }, pairedItem: { item: 0 } },
          { json: { sku: 'b' }, pairedItem: { item: 0 } },
        ],
      },
    },
    {
      title: { en: 'Tags with the article they belong to', fr: "Étiquettes avec l'article correspondant" },
      parameters: { fields: [{ field: 'tags', as: 'tag' }], include: 'selected', includeFields: ['title'] },
      inputs: { main: [{ json: { title: 'Looms', tags: ['craft', 'wood'], views: 3 } }] },
      outputs: {
        main: [
          { json: { title: 'Looms', tag: 'craft' }, pairedItem: { item: 0 } },
          { json: { title: 'Looms', tag: 'wood' }, pairedItem: { item: 0 } },
        ],
      },
    },
  ],
  execute(ctx) {
    const made: Item[] = [];
    for (const [index, item] of ctx.items.entries()) splitItem(item, index, ctx.parametersFor(index), made);
    return made;
  },
});
