import type { Item } from '@navette/contracts';
import { choice, defineNode, label, showWhen } from '@navette/node-sdk';
import { z } from 'zod';
import { keyOf, keyOfAll } from '../fields/deep-equal.ts';
import { fieldPathSchema, readField, withoutField } from '../fields/field-path.ts';
import { passItem } from '../fields/paired-items.ts';

const parameters = z
  .strictObject({
    compare: label(
      choice({
        all: { en: 'All fields', fr: 'Tous les champs' },
        selected: { en: 'Only the listed ones', fr: 'Seulement ceux de la liste' },
        except: { en: 'All but the listed ones', fr: 'Tous sauf ceux de la liste' },
      }).default('all'),
      { en: 'Compare', fr: 'Comparer' },
      { en: 'What must be equal.', fr: 'Ce qui doit être égal.' },
    ),
    fields: showWhen(
      { compare: ['selected', 'except'] },
      label(
        z.array(fieldPathSchema).max(100).default([]),
        { en: 'Fields', fr: 'Champs' },
        { en: 'Names or dotted paths.', fr: 'Noms ou chemins avec des points.' },
      ),
    ),
    keep: label(
      choice({
        first: { en: 'The first', fr: 'Le premier' },
        last: { en: 'The last', fr: 'Le dernier' },
      }).default('first'),
      { en: 'Keep', fr: 'Garder' },
      { en: 'Which of several equal items stays.', fr: 'Lequel de plusieurs éléments égaux reste.' },
    ),
  })
  .refine(({ compare, fields }) => compare === 'all' || fields.length > 0, {
    path: ['fields'],
    message: 'must name at least one field',
  });
type RemoveDuplicatesParameters = z.output<typeof parameters>;

export const removeDuplicates = defineNode({
  type: 'remove-duplicates',
  version: 1,
  group: 'data',
  icon: 'copy-off',
  name: { en: 'Remove duplicates', fr: 'Retirer les doublons' },
  description: {
    en: 'Keeps one of several equal items.',
    fr: "Ne garde qu'un de plusieurs éléments égaux.",
  },
  docs: {
    en: `Items are compared by value, nested objects and lists included; the order of keys does not matter. The number 1 and the text "1" differ, and so do a missing field and null. Files are not compared.

- **Compare**: all fields, only listed ones, or all but listed ones.
- **Keep**: the first or the last of equal items. What stays keeps its order.

It looks at the items of this execution only.`,
    fr: `Les éléments sont comparés par valeur, objets et listes imbriqués compris ; l'ordre des clés ne compte pas. Le nombre 1 et le texte « 1 » diffèrent, un champ absent et null aussi. Les fichiers ne sont pas comparés.

- **Comparer** : tous les champs, seulement ceux d'une liste, ou tous sauf ceux d'une liste.
- **Garder** : le premier ou le dernier des éléments égaux. Ce qui reste garde son ordre.

Seuls les éléments de cette exécution sont regardés.`,
  },
  parameters,
  effect: 'pure',
  examples: [
    {
      title: { en: 'One per e-mail address', fr: 'Un par adresse de courriel' },
      parameters: { compare: 'selected', fields: ['email'], keep: 'last' },
      inputs: {
        main: [
          { json: { email: 'ada@example.com', visits: 1 } },
          { json: { email: 'bob@example.com', visits: 1 } },
          { json: { email: 'ada@example.com', visits: 2 } },
        ],
      },
      outputs: {
        main: [
          { json: { email: 'bob@example.com', visits: 1 }, pairedItem: { item: 1 } },
          { json: { email: 'ada@example.com', visits: 2 }, pairedItem: { item: 2 } },
        ],
      },
    },
    {
      title: {
        en: 'Equal items, whatever the order of keys',
        fr: "Éléments égaux, quel que soit l'ordre des clés",
      },
      parameters: {},
      inputs: {
        main: [{ json: { a: 1, b: [1] } }, { json: { b: [1], a: 1 } }, { json: { a: '1', b: [1] } }],
      },
      outputs: {
        main: [
          { json: { a: 1, b: [1] }, pairedItem: { item: 0 } },
          { json: { a: '1', b: [1] }, pairedItem: { item: 2 } },
        ],
      },
    },
  ],
  execute(ctx) {
    const kept = new Map<string, number>();
    for (const [index, item] of ctx.items.entries()) {
      const key = compareKeyOf(item, ctx.parameters);
      if (ctx.parameters.keep === 'last' || !kept.has(key)) kept.set(key, index);
    }
    return [...kept.values()].sort((a, b) => a - b).map((index) => passItem(ctx.items[index]!, index));
  },
});

function compareKeyOf({ json }: Item, { compare, fields }: RemoveDuplicatesParameters): string {
  if (compare === 'selected') return keyOfAll(fields.map((field) => readField(json, field)));
  return keyOf(compare === 'all' ? json : fields.reduce(withoutField, json));
}
