import { defineNode } from '@navette/node-sdk';
import { docs } from './docs.ts';
import { createExchange } from './exchange.ts';
import { fetchPages } from './fetch-pages.ts';
import { isSafeMethod, parameters } from './parameters.ts';
import { toItems } from './to-items.ts';

export const httpRequest = defineNode({
  type: 'http-request',
  version: 1,
  group: 'http',
  icon: 'world',
  name: { en: 'HTTP request', fr: 'Requête HTTP' },
  description: {
    en: 'Calls a web service or fetches a page or file, once per item.',
    fr: 'Appelle un service web ou récupère une page ou un fichier, une fois par élément.',
  },
  docs,
  parameters,
  effect: ({ method }) => (isSafeMethod(method) ? 'idempotent' : 'effect'),
  credentials: [
    { slot: 'auth', types: ['http-basic', 'http-bearer', 'http-header', 'http-query'], required: false },
  ],
  rawParameters: ['pagination'],
  examples: [],
  async executeItem(ctx) {
    const exchange = await createExchange(ctx);
    const pages = await fetchPages(ctx, exchange);
    return pages.flatMap((page) => toItems(page, ctx.parameters, exchange));
  },
});
