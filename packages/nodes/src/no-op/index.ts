import { defineNode } from '@navette/node-sdk';
import { z } from 'zod';
import { passItem } from '../fields/paired-items.ts';

export const noOp = defineNode({
  type: 'no-op',
  version: 1,
  group: 'flow',
  icon: 'arrow-right',
  name: { en: 'No operation', fr: 'Sans effet' },
  description: {
    en: 'Passes every item on unchanged.',
    fr: 'Laisse passer chaque élément inchangé.',
  },
  docs: {
    en: 'Does nothing. Use it to join branches visually, to name a point of the workflow that expressions refer to, or as a place to look at data. It has no parameters.',
    fr: "Ne fait rien. Sert à réunir visuellement des branches, à nommer un point du processus auquel des expressions se réfèrent, ou à regarder les données. N'a pas de paramètres.",
  },
  parameters: z.strictObject({}),
  effect: 'pure',
  examples: [
    {
      title: { en: 'Items go through', fr: 'Les éléments passent' },
      parameters: {},
      inputs: { main: [{ json: { id: 1 } }, { json: { id: 2 } }] },
      outputs: {
        main: [
          { json: { id: 1 }, pairedItem: { item: 0 } },
          { json: { id: 2 }, pairedItem: { item: 1 } },
        ],
      },
    },
    {
      title: { en: 'Nothing in, nothing out', fr: 'Rien en entrée, rien en sortie' },
      parameters: {},
      inputs: { main: [] },
      outputs: { main: [] },
    },
  ],
  execute: (ctx) => ctx.items.map((item, index) => passItem(item, index)),
});
