import { correlationKeySchema, signalNameSchema } from '@navette/contracts';
import { defineNode, label } from '@navette/node-sdk';
import { z } from 'zod';
import { createTimeout, listLimitedPorts, timeLimitParameters } from '../wait/time-limit.ts';
import { docs } from './docs.ts';

export const waitForSignal = defineNode({
  type: 'wait-for-signal',
  version: 1,
  group: 'flow',
  icon: 'antenna',
  name: { en: 'Wait for a signal', fr: 'Attendre un signal' },
  description: {
    en: 'Pauses the execution until a named signal is sent to it, without holding a worker.',
    fr: 'Suspend l’exécution jusqu’à ce qu’un signal nommé lui soit envoyé, sans occuper de worker.',
  },
  docs,
  parameters: z.strictObject({
    name: label(
      signalNameSchema,
      { en: 'Signal', fr: 'Signal' },
      {
        en: 'The name to wait for, such as payment-received.',
        fr: 'Le nom attendu, par exemple payment-received.',
      },
    ),
    key: label(
      correlationKeySchema.or(z.literal('')).default(''),
      { en: 'Key', fr: 'Clé' },
      {
        en: 'Lets a sender who does not know this execution find it: an order number, for example.',
        fr: 'Permet à un émetteur qui ne connaît pas cette exécution de la trouver : un numéro de commande, par exemple.',
      },
    ),
    ...timeLimitParameters,
  }),
  outputs: listLimitedPorts,
  effect: 'pure',
  examples: [],
  execute: (ctx) => {
    const { name, key } = ctx.parameters;
    const timeout = createTimeout(ctx.parameters, ctx.now());
    return { suspend: 'signal', name, ...(key === '' ? {} : { key }), ...timeout };
  },
});
