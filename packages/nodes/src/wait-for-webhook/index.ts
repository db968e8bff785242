import { defineNode } from '@navette/node-sdk';
import { z } from 'zod';
import { notCallable } from '../program/not-callable.ts';
import { createTimeout, listLimitedPorts, timeLimitParameters } from '../wait/time-limit.ts';
import { docs } from './docs.ts';

export const waitForWebhook = defineNode({
  type: 'wait-for-webhook',
  version: 1,
  group: 'flow',
  icon: 'webhook',
  name: { en: 'Wait for a webhook', fr: 'Attendre un webhook' },
  description: {
    en: 'Pauses the execution until its own secret address is called, once.',
    fr: 'Suspend l’exécution jusqu’à ce que son adresse secrète soit appelée, une seule fois.',
  },
  docs,
  parameters: z.strictObject(timeLimitParameters),
  outputs: listLimitedPorts,
  notCallable: notCallable['wait-for-webhook'],
  effect: 'pure',
  link: 'resume',
  examples: [],
  execute: (ctx) => ({ suspend: 'resume', ...createTimeout(ctx.parameters, ctx.now()) }),
});
