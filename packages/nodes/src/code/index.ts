import { defineNode } from '@navette/node-sdk';
import { docs } from './docs.ts';
import { examples } from './examples.ts';
import { parameters } from './parameters.ts';
import { holdCode, runCode } from './run-code.ts';

export const code = defineNode({
  type: 'code',
  version: 1,
  group: 'data',
  icon: 'code',
  name: { en: 'Code', fr: 'Code' },
  description: {
    en: 'Runs JavaScript, TypeScript or Python on the items, shut off from the server.',
    fr: 'Exécute du JavaScript, du TypeScript ou du Python sur les éléments, à l’écart du serveur.',
  },
  docs,
  parameters,
  // With the network it may act on the world; without, the same items give the same result.
  effect: ({ allowedHosts }) => (allowedHosts.length > 0 ? 'effect' : 'pure'),
  credentials: [
    { slot: 'auth', types: ['http-basic', 'http-bearer', 'http-header', 'http-query'], required: false },
  ],
  rawParameters: ['source'],
  literalParameters: ['source'],
  examples,
  codeOf: holdCode,
  execute: (ctx) => runCode(ctx),
});
