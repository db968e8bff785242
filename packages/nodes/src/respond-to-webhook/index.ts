import { defineNode } from '@navette/node-sdk';
import { passItem } from '../fields/paired-items.ts';
import { createResponse } from './create-response.ts';
import { docs } from './docs.ts';
import { parameters } from './parameters.ts';

export const respondToWebhook = defineNode({
  type: 'respond-to-webhook',
  version: 1,
  group: 'http',
  icon: 'arrow-back-up',
  name: { en: 'Respond to webhook', fr: 'Répondre au webhook' },
  description: {
    en: 'Answers the HTTP request that started the execution.',
    fr: 'Répond à la requête HTTP qui a démarré l’exécution.',
  },
  docs,
  parameters,
  // It acts on nothing: the engine commits the response with the step and hands it over after that.
  effect: 'pure',
  examples: [
    {
      title: { en: 'Answer 201 with the order', fr: 'Répondre 201 avec la commande' },
      parameters: { respondWith: 'first-item', status: 201 },
      inputs: { main: [{ json: { orderId: 42 } }] },
      outputs: { main: [{ json: { orderId: 42 }, pairedItem: { item: 0 } }] },
    },
  ],
  execute: (ctx) => ({
    outputs: { main: ctx.items.map((item, index) => passItem(item, index)) },
    response: createResponse(ctx.parameters, ctx.items),
  }),
});
