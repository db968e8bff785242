import { choice, defineNode, label } from '@navette/node-sdk';
import { z } from 'zod';
import { passItem } from '../fields/paired-items.ts';

export const limit = defineNode({
  type: 'limit',
  version: 1,
  group: 'data',
  icon: 'list-numbers',
  name: { en: 'Limit', fr: 'Limiter' },
  description: {
    en: 'Keeps the first or last items and drops the rest.',
    fr: 'Garde les premiers ou derniers éléments et retire les autres.',
  },
  docs: {
    en: `Items keep their order.

- **Number of items**: how many stay at most.
- **From**: the start or the end of the list.
- **Skip**: how many to leave out first, counted from the same side. Skip 20 and 10 items give the third page of ten.`,
    fr: `Les éléments gardent leur ordre.

- **Nombre d'éléments** : combien restent au plus.
- **Depuis** : le début ou la fin de la liste.
- **Sauter** : combien en laisser d'abord, comptés du même côté. Sauter 20 et garder 10 donne la troisième page de dix.`,
  },
  parameters: z.strictObject({
    count: label(
      z.int().min(0).max(1_000_000).default(1),
      { en: 'Number of items', fr: "Nombre d'éléments" },
      { en: 'How many stay at most.', fr: 'Combien restent au plus.' },
    ),
    from: label(
      choice({
        first: { en: 'Start of the list', fr: 'Début de la liste' },
        last: { en: 'End of the list', fr: 'Fin de la liste' },
      }).default('first'),
      { en: 'From', fr: 'Depuis' },
      { en: 'Which end of the list is kept.', fr: 'Quel bout de la liste est gardé.' },
    ),
    offset: label(
      z.int().min(0).max(1_000_000).default(0),
      { en: 'Skip', fr: 'Sauter' },
      {
        en: 'Items to leave out first, from the same side.',
        fr: "Éléments à laisser d'abord, du même côté.",
      },
    ),
  }),
  effect: 'pure',
  examples: [
    {
      title: { en: 'The first two', fr: 'Les deux premiers' },
      parameters: { count: 2 },
      inputs: { main: [{ json: { n: 1 } }, { json: { n: 2 } }, { json: { n: 3 } }] },
      outputs: {
        main: [
          { json: { n: 1 }, pairedItem: { item: 0 } },
          { json: { n: 2 }, pairedItem: { item: 1 } },
        ],
      },
    },
    {
      title: { en: 'The last but one', fr: "L'avant-dernier" },
      parameters: { count: 1, from: 'last', offset: 1 },
      inputs: { main: [{ json: { n: 1 } }, { json: { n: 2 } }, { json: { n: 3 } }] },
      outputs: { main: [{ json: { n: 2 }, pairedItem: { item: 1 } }] },
    },
  ],
  execute(ctx) {
    const { count, from, offset } = ctx.parameters;
    const end = from === 'first' ? offset + count : Math.max(0, ctx.items.length - offset);
    const start = from === 'first' ? offset : Math.max(0, end - count);
    return ctx.items.slice(start, end).map((item, index) => passItem(item, start + index));
  },
});
