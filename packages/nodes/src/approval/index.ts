import { defineNode } from '@navette/node-sdk';
import { createExpiry, createRequest } from './create-request.ts';
import { docs } from './docs.ts';
import { parameters } from './parameters.ts';

export const approval = defineNode({
  type: 'approval',
  version: 1,
  group: 'flow',
  icon: 'user-check',
  name: { en: 'Approval', fr: 'Approbation' },
  description: {
    en: 'Pauses the execution until a person approves or rejects.',
    fr: 'Suspend l’exécution jusqu’à ce qu’une personne approuve ou refuse.',
  },
  docs,
  parameters,
  outputs: ({ limited, onTimeout }) =>
    limited && onTimeout === 'port' ? ['approved', 'rejected', 'expired'] : ['approved', 'rejected'],
  effect: 'pure',
  link: 'approval',
  examples: [],
  execute: (ctx) => {
    const nowMs = ctx.now();
    return {
      suspend: 'approval',
      request: createRequest(ctx.parameters, nowMs),
      ...createExpiry(ctx.parameters, nowMs),
    };
  },
});
