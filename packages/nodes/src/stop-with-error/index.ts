import { defineNode, label, nodeErrors } from '@navette/node-sdk';
import { z } from 'zod';

export const stopWithError = defineNode({
  type: 'stop-with-error',
  version: 1,
  group: 'flow',
  icon: 'alert-octagon',
  name: { en: 'Stop with error', fr: 'Arrêter avec une erreur' },
  description: {
    en: 'Fails the execution on purpose, with a message of yours.',
    fr: "Fait échouer l'exécution volontairement, avec votre message.",
  },
  docs: {
    en: `Put it on a branch that must not be reached, behind If or Switch. When items arrive, the execution fails with the code \`NODE_STOPPED\` and your **message**, evaluated for the first item. It is never retried. Without items it does nothing.`,
    fr: `À placer sur une branche qui ne doit pas être atteinte, derrière Si ou Aiguiller. Quand des éléments arrivent, l'exécution échoue avec le code \`NODE_STOPPED\` et votre **message**, évalué pour le premier élément. Elle n'est jamais retentée. Sans éléments, le nœud ne fait rien.`,
  },
  parameters: z.strictObject({
    message: label(
      z.string().trim().min(1, 'must say what is wrong').max(2_000),
      { en: 'Message', fr: 'Message' },
      {
        en: 'What went wrong, for whoever reads the execution. No secrets.',
        fr: "Ce qui ne va pas, pour qui lira l'exécution. Pas de secrets.",
      },
    ),
  }),
  effect: 'pure',
  examples: [
    {
      title: { en: 'Without items nothing happens', fr: 'Sans éléments, rien ne se passe' },
      parameters: { message: 'The order has no lines' },
      inputs: { main: [] },
      outputs: { main: [] },
    },
    {
      title: { en: 'A message with an expression', fr: 'Un message avec une expression' },
      parameters: { message: 'Nothing may reach this point of {{ $workflow.name }}' },
      inputs: { main: [] },
      outputs: { main: [] },
    },
  ],
  execute(ctx) {
    if (ctx.items.length === 0) return [];
    throw nodeErrors.create('NODE_STOPPED', { params: { detail: ctx.parameters.message } });
  },
});
