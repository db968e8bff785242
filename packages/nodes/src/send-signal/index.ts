import { correlationKeySchema, idSchema, signalNameSchema } from '@navette/contracts';
import type { JsonObject } from '@navette/kit';
import { choice, defineNode, label, nodeErrors, showWhen } from '@navette/node-sdk';
import { z } from 'zod';
import { docs } from './docs.ts';

const parameters = z.strictObject({
  to: label(
    choice({
      execution: { en: 'An execution', fr: 'Une exécution' },
      workflow: { en: 'Whoever waits under a key', fr: 'Celle qui attend sous une clé' },
    }).default('execution'),
    { en: 'To', fr: 'À' },
  ),
  executionId: showWhen(
    { to: ['execution'] },
    label(idSchema('execution').or(z.literal('')).default(''), { en: 'Execution', fr: 'Exécution' }),
  ),
  workflowId: showWhen(
    { to: ['workflow'] },
    label(idSchema('workflow').or(z.literal('')).default(''), { en: 'Workflow', fr: 'Workflow' }),
  ),
  key: showWhen(
    { to: ['workflow'] },
    label(
      correlationKeySchema.or(z.literal('')).default(''),
      { en: 'Key', fr: 'Clé' },
      { en: 'The key that the other one waits under.', fr: 'La clé sous laquelle l’autre attend.' },
    ),
  ),
  name: label(signalNameSchema, { en: 'Signal', fr: 'Signal' }),
  payload: label(
    choice({
      item: { en: 'The item', fr: 'L’élément' },
      json: { en: 'JSON of your own', fr: 'Votre propre JSON' },
    }).default('item'),
    { en: 'Payload', fr: 'Contenu' },
  ),
  value: showWhen(
    { payload: ['json'] },
    label(z.record(z.string(), z.json()).default({}), { en: 'JSON', fr: 'JSON' }),
  ),
});

export const sendSignal = defineNode({
  type: 'send-signal',
  version: 1,
  group: 'flow',
  icon: 'broadcast',
  name: { en: 'Send a signal', fr: 'Envoyer un signal' },
  description: {
    en: 'Sends a signal to an execution that waits for it, or will.',
    fr: 'Envoie un signal à une exécution qui l’attend ou l’attendra.',
  },
  docs,
  parameters,
  effect: 'effect',
  examples: [],
  async executeItem(ctx) {
    const { name, payload, value } = ctx.parameters;
    const json = payload === 'item' ? ctx.item.json : (value as JsonObject);
    await ctx.signals.send({ to: toTarget(ctx.parameters), name, items: [json] }, ctx.idempotencyKey);
    return { json: ctx.item.json, ...(ctx.item.binary ? { binary: ctx.item.binary } : {}) };
  },
});

function toTarget({ to, executionId, workflowId, key }: z.output<typeof parameters>) {
  if (to === 'execution') {
    if (executionId === '') throw missing('the id of the execution to send it to');
    return { executionId };
  }
  if (workflowId === '') throw missing('the id of the workflow to send it to');
  if (key === '') throw missing('the key that the other execution waits under');
  return { workflowId, key };
}

function missing(what: string) {
  return nodeErrors.create('NODE_INPUT_INVALID', { params: { detail: `${what} is missing` } });
}
