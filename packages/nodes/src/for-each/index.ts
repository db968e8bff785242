import { choice, defineNode, label } from '@navette/node-sdk';
import { z } from 'zod';
import { passItem } from '../fields/paired-items.ts';
import { notCallable } from '../program/not-callable.ts';
import { docs } from './docs.ts';

const parameters = z.strictObject({
  batchSize: label(
    z.int().min(1).max(100_000).default(1),
    { en: 'Items per pass', fr: 'Éléments par passage' },
    {
      en: 'How many items go through the body together.',
      fr: 'Combien d’éléments traversent le corps ensemble.',
    },
  ),
  concurrency: label(
    z.int().min(1).max(1_000).default(10),
    { en: 'At the same time', fr: 'En même temps' },
    {
      en: 'How many passes are at work at once, those that wait included.',
      fr: 'Combien de passages sont en cours à la fois, y compris ceux qui attendent.',
    },
  ),
  onItemError: label(
    choice({
      stop: { en: 'Stop: the execution fails', fr: 'Arrêter : l’exécution échoue' },
      continue: {
        en: 'Go on: the item leaves with its error',
        fr: 'Continuer : l’élément sort avec son erreur',
      },
      collect: {
        en: 'Finish the others first, then fail',
        fr: 'Finir les autres d’abord, puis échouer',
      },
    }).default('stop'),
    { en: 'When a step fails', fr: 'Quand une étape échoue' },
    {
      en: 'What a failed step means for its item and the others.',
      fr: 'Ce que l’échec d’une étape signifie pour son élément et les autres.',
    },
  ),
});

export const forEach = defineNode({
  type: 'for-each',
  version: 1,
  group: 'flow',
  icon: 'arrows-split',
  name: { en: 'For each', fr: 'Pour chaque' },
  description: {
    en: 'Runs a part of the workflow once for each item, several at the same time.',
    fr: 'Exécute une partie du workflow une fois pour chaque élément, plusieurs en même temps.',
  },
  docs,
  parameters,
  outputs: ['done', 'item'],
  notCallable: notCallable['for-each'],
  effect: 'pure',
  examples: [
    {
      title: { en: 'Without a body, items go to "done"', fr: 'Sans corps, les éléments vont à « done »' },
      parameters: { concurrency: 20 },
      inputs: { main: [{ json: { id: 1 } }, { json: { id: 2 } }] },
      outputs: {
        done: [
          { json: { id: 1 }, pairedItem: { item: 0 } },
          { json: { id: 2 }, pairedItem: { item: 1 } },
        ],
      },
    },
    {
      title: {
        en: 'Groups of ten, failures reported at the end',
        fr: 'Groupes de dix, échecs signalés à la fin',
      },
      parameters: { batchSize: 10, onItemError: 'collect' },
      inputs: { main: [{ json: { id: 1 } }] },
      outputs: { done: [{ json: { id: 1 }, pairedItem: { item: 0 } }] },
    },
  ],
  execute: (ctx) => ctx.items.map((item, index) => passItem(item, index)),
  passes: {
    port: 'item',
    plan({ parameters: { batchSize, concurrency, onItemError } }) {
      return { by: 'batches', size: batchSize, window: concurrency, onFailure: onItemError };
    },
  },
});
