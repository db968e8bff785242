import { correlationKeySchema, signalNameSchema } from '@navette/contracts';
import type { Json } from '@navette/kit';
import { defineNode, label, nodeErrors } from '@navette/node-sdk';
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
      z.string().max(2_000).default(''),
      { en: 'Key', fr: 'Clé' },
      {
        en: 'Lets a sender who does not know this execution find it: an order number, for example.',
        fr: 'Permet à un émetteur qui ne connaît pas cette exécution de la trouver : un numéro de commande, par exemple.',
      },
    ),
    ...timeLimitParameters,
  }),
  // The field left empty and an expression that gives nothing are not the same.
  rawParameters: ['key'],
  outputs: listLimitedPorts,
  effect: 'pure',
  examples: [],
  execute: (ctx) => {
    const { name, key: template } = ctx.parameters;
    const timeout = createTimeout(ctx.parameters, ctx.now());
    const key = template === '' ? {} : { key: parseKey(ctx.evaluate(template, noExtras, 0)) };
    return { suspend: 'signal', name, ...key, ...timeout };
  },
});

const noExtras: ReadonlyMap<string, Json> = new Map();

/** A wait without the key that was meant for it would never be found, or would take what is for another one. */
function parseKey(value: unknown): string {
  const isMissing =
    value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
  if (isMissing) throw refuse('the key is empty, so that no sender could find this wait by it');
  const key = correlationKeySchema.safeParse(value);
  if (!key.success) throw refuse('the key must be a text of 1 to 500 characters');
  return key.data;
}

function refuse(detail: string) {
  return nodeErrors.create('NODE_INPUT_INVALID', { params: { detail } });
}
