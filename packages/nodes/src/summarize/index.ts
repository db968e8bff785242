import { defineNode } from '@navette/node-sdk';
import { summarizeParameters } from './parameters.ts';
import { summarizeItems } from './summarize-items.ts';

export const summarize = defineNode({
  type: 'summarize',
  version: 1,
  group: 'data',
  icon: 'sum',
  name: { en: 'Summarize', fr: 'Résumer' },
  description: {
    en: 'Groups items and computes counts, sums, averages and lists.',
    fr: 'Groupe les éléments et calcule comptes, sommes, moyennes et listes.',
  },
  docs: {
    en: `A pivot table: one item comes out for each group.

- **Group by**: fields whose values make the groups. Without them, one item sums up everything, also when nothing came in.
- **Operations**: count (items, or values of a field), count of different values, sum, average, median, smallest, largest, list of values, list of different values, joined text.
- **New name**: without it a result is called \`operation_field\`, such as \`sum_total\`.
- Sum, average and median take numbers and texts that are numbers; another value stops the step with \`NODE_SUMMARIZE_NUMBER\`, or is skipped if so set. The sum of nothing is 0, the other figures of nothing are null.
- **Order of groups**: as they come, or sorted by their fields.`,
    fr: `Un tableau croisé : un élément sort pour chaque groupe.

- **Grouper par** : les champs dont les valeurs font les groupes. Sans eux, un seul élément résume tout, même si rien n'est arrivé.
- **Opérations** : compter (éléments, ou valeurs d'un champ), compter les valeurs différentes, somme, moyenne, médiane, minimum, maximum, liste des valeurs, liste des valeurs différentes, texte réuni.
- **Nouveau nom** : sans lui, un résultat s'appelle \`opération_champ\`, comme \`sum_total\`.
- Somme, moyenne et médiane prennent des nombres et des textes qui sont des nombres ; une autre valeur arrête l'étape avec \`NODE_SUMMARIZE_NUMBER\`, ou est ignorée si c'est réglé ainsi. La somme de rien est 0, les autres chiffres de rien sont null.
- **Ordre des groupes** : ordre d'arrivée, ou triés par leurs champs.`,
  },
  parameters: summarizeParameters,
  effect: 'pure',
  examples: [
    {
      title: { en: 'Turnover per country', fr: "Chiffre d'affaires par pays" },
      parameters: {
        groupBy: ['customer.country'],
        summaries: [
          { operation: 'count', as: 'orders' },
          { operation: 'sum', field: 'total' },
          { operation: 'max', field: 'total' },
        ],
      },
      inputs: {
        main: [
          { json: { customer: { country: 'FR' }, total: 10 } },
          { json: { customer: { country: 'DE' }, total: 5 } },
          { json: { customer: { country: 'FR' }, total: '2.5' } },
        ],
      },
      outputs: {
        main: [
          {
            json: { customer: { country: 'FR' }, orders: 2, sum_total: 12.5, max_total: 10 },
            pairedItem: [{ item: 0 }, { item: 2 }],
          },
          {
            json: { customer: { country: 'DE' }, orders: 1, sum_total: 5, max_total: 5 },
            pairedItem: [{ item: 1 }],
          },
        ],
      },
    },
    {
      title: { en: 'Everything in one line', fr: 'Tout en une ligne' },
      parameters: {
        summaries: [
          { operation: 'average', field: 'age' },
          { operation: 'median', field: 'age' },
          { operation: 'concatenate', field: 'name', as: 'names', separator: ' & ' },
        ],
      },
      inputs: {
        main: [
          { json: { name: 'Ada', age: 36 } },
          { json: { name: 'Bob', age: 40 } },
          { json: { name: 'Cy', age: 50 } },
        ],
      },
      outputs: {
        main: [
          {
            json: { average_age: 42, median_age: 40, names: 'Ada & Bob & Cy' },
            pairedItem: [{ item: 0 }, { item: 1 }, { item: 2 }],
          },
        ],
      },
    },
  ],
  execute: (ctx) => summarizeItems(ctx.items, ctx.parameters, ctx.workflow.timeZone),
});
