import { defineNode } from '@navette/node-sdk';
import { notCallable } from '../program/not-callable.ts';
import { appendItems, chooseBranch, crossItems, zipItems } from './combine-items.ts';
import { joinItems } from './join-items.ts';
import { listMergePorts, mergeParameters } from './parameters.ts';

export const merge = defineNode({
  type: 'merge',
  version: 1,
  group: 'flow',
  icon: 'arrows-join-2',
  name: { en: 'Merge', fr: 'Fusionner' },
  description: {
    en: 'Brings the items of several branches together.',
    fr: 'Réunit les éléments de plusieurs branches.',
  },
  docs: {
    en: `Waits until every connected branch has given its items, or can no longer give any.

- **Append**: input 1, then input 2, and so on (2 to 10 inputs).
- **Match by fields**: joins two inputs where all listed fields are equal. *Matches only*, *all of input 1* or *2* completed by the other, *everything*, or *what has no match*. A missing or null field matches nothing. An item with several matches comes out once for each, or with the first only.
- **Combine by position**: first with first, second with second; optionally with what is left over.
- **All combinations**: each item of input 1 with each of input 2.
- **Choose one branch**: the items of a given input, of the first that has any, or one empty item. Use it to wait for a branch.

Where both sides have a field: the last input wins, the first wins, or both stay as \`name_1\` and \`name_2\`. Nested objects are merged or replaced. Results above **Most items** stop the step with \`NODE_MERGE_TOO_LARGE\`.`,
    fr: `Attend que chaque branche reliée ait donné ses éléments, ou ne puisse plus en donner.

- **Bout à bout** : l'entrée 1, puis l'entrée 2, etc. (2 à 10 entrées).
- **Rapprocher par champs** : joint deux entrées là où tous les champs listés sont égaux. *Seulement les rapprochés*, *tous ceux de l'entrée 1* ou *2* complétés par l'autre, *tout*, ou *ce qui n'a pas de pendant*. Un champ absent ou null ne va avec rien. Un élément à plusieurs pendants sort une fois pour chacun, ou avec le premier seulement.
- **Combiner par position** : premier avec premier, deuxième avec deuxième ; au choix avec le reste.
- **Toutes les combinaisons** : chaque élément de l'entrée 1 avec chacun de l'entrée 2.
- **Choisir une branche** : les éléments d'une entrée donnée, de la première qui en a, ou un élément vide. Sert à attendre une branche.

Quand les deux côtés ont un champ : la dernière entrée l'emporte, la première l'emporte, ou les deux restent sous \`nom_1\` et \`nom_2\`. Les objets imbriqués sont fusionnés ou remplacés. Au-delà de **Maximum d'éléments**, l'étape s'arrête avec \`NODE_MERGE_TOO_LARGE\`.`,
  },
  parameters: mergeParameters,
  inputs: listMergePorts,
  notCallable: notCallable.merge,
  effect: 'pure',
  examples: [
    {
      title: { en: 'Orders with their customers', fr: 'Des commandes avec leurs clients' },
      parameters: { mode: 'by-fields', fields: [{ left: 'customerId', right: 'id' }], join: 'left' },
      inputs: {
        'input-1': [{ json: { order: 1, customerId: 7 } }, { json: { order: 2, customerId: 8 } }],
        'input-2': [{ json: { id: 7, name: 'Ada' } }],
      },
      outputs: {
        main: [
          {
            json: { order: 1, customerId: 7, id: 7, name: 'Ada' },
            pairedItem: [
              { item: 0, input: 'input-1' },
              { item: 0, input: 'input-2' },
            ],
          },
          { json: { order: 2, customerId: 8 }, pairedItem: { item: 1, input: 'input-1' } },
        ],
      },
    },
    {
      title: { en: 'Two lists, one after the other', fr: "Deux listes, l'une après l'autre" },
      parameters: { mode: 'append' },
      inputs: { 'input-1': [{ json: { id: 1 } }], 'input-2': [{ json: { id: 2 } }] },
      outputs: {
        main: [
          { json: { id: 1 }, pairedItem: { item: 0, input: 'input-1' } },
          { json: { id: 2 }, pairedItem: { item: 0, input: 'input-2' } },
        ],
      },
    },
    {
      title: { en: 'Side by side, names kept apart', fr: 'Côte à côte, noms distingués' },
      parameters: { mode: 'by-position', clash: 'suffix' },
      inputs: {
        'input-1': [{ json: { name: 'Ada', age: 36 } }],
        'input-2': [{ json: { name: 'ADA' } }, { json: { name: 'BOB' } }],
      },
      outputs: {
        main: [
          {
            json: { name_1: 'Ada', age: 36, name_2: 'ADA' },
            pairedItem: [
              { item: 0, input: 'input-1' },
              { item: 0, input: 'input-2' },
            ],
          },
        ],
      },
    },
  ],
  execute(ctx) {
    const lists = listMergePorts(ctx.parameters).map((port) => ctx.inputs.get(port) ?? []);
    switch (ctx.parameters.mode) {
      case 'append':
        return appendItems(lists);
      case 'by-fields':
        return joinItems(lists[0]!, lists[1]!, ctx.parameters);
      case 'by-position':
        return zipItems(lists, ctx.parameters);
      case 'all-combinations':
        return crossItems(lists[0]!, lists[1]!, ctx.parameters);
      case 'choose-branch':
        return chooseBranch(lists, ctx.parameters);
    }
  },
});
