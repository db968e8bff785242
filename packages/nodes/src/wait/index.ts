import { choice, defineNode, label, nodeErrors, showWhen } from '@navette/node-sdk';
import { DateTime } from 'luxon';
import { z } from 'zod';
import { passItem } from '../fields/paired-items.ts';
import { docs } from './docs.ts';
import { amountSchema, assertSensibleWait, toMs, unitSchema } from './duration.ts';

const parameters = z.strictObject({
  mode: label(
    choice({
      interval: { en: 'For some time', fr: 'Pendant un certain temps' },
      until: { en: 'Until a date and time', fr: 'Jusqu’à une date et une heure' },
    }).default('interval'),
    { en: 'Wait', fr: 'Attendre' },
  ),
  amount: showWhen({ mode: ['interval'] }, amountSchema(1)),
  unit: showWhen({ mode: ['interval'] }, unitSchema('minutes')),
  until: showWhen(
    { mode: ['until'] },
    label(
      z.string().trim().max(64).default(''),
      { en: 'Date and time', fr: 'Date et heure' },
      {
        en: 'ISO 8601, for example 2026-12-24T18:00. Without an offset it is in the time zone of the workflow.',
        fr: 'ISO 8601, par exemple 2026-12-24T18:00. Sans décalage, dans le fuseau horaire du workflow.',
      },
    ),
  ),
});

export const wait = defineNode({
  type: 'wait',
  version: 1,
  group: 'flow',
  icon: 'hourglass',
  name: { en: 'Wait', fr: 'Attendre' },
  description: {
    en: 'Pauses the execution for some time or until a date, without holding a worker.',
    fr: 'Suspend l’exécution pendant un certain temps ou jusqu’à une date, sans occuper de worker.',
  },
  docs,
  parameters,
  effect: 'idempotent',
  examples: [
    {
      title: {
        en: 'A wait of no time lets the items through',
        fr: 'Une attente nulle laisse passer les éléments',
      },
      parameters: { mode: 'interval', amount: 0 },
      inputs: { main: [{ json: { id: 1 } }] },
      outputs: { main: [{ json: { id: 1 }, pairedItem: { item: 0 } }] },
    },
    {
      title: { en: 'A date in the past does too', fr: 'Une date passée aussi' },
      parameters: { mode: 'until', until: '2001-01-01' },
      inputs: { main: [{ json: { id: 1 } }] },
      outputs: { main: [{ json: { id: 1 }, pairedItem: { item: 0 } }] },
    },
  ],
  execute: (ctx) => {
    const items = ctx.items.map((item, index) => passItem(item, index));
    const nowMs = ctx.now();
    const wakeAtMs = wakeTimeOf(ctx.parameters, nowMs, ctx.workflow.timeZone);
    if (wakeAtMs <= nowMs) return items;
    assertSensibleWait(wakeAtMs - nowMs);
    return { suspend: 'until', wakeAtMs, outputs: { main: items } };
  },
});

function wakeTimeOf(
  { mode, amount, unit, until }: z.output<typeof parameters>,
  nowMs: number,
  timeZone: string,
): number {
  if (mode === 'interval') return nowMs + toMs(amount, unit);
  const at = DateTime.fromISO(until, { zone: timeZone });
  if (!at.isValid)
    throw invalid('the date and time to wait for is not in ISO 8601 form, such as 2026-12-24T18:00');
  return at.toMillis();
}

function invalid(detail: string) {
  return nodeErrors.create('NODE_INPUT_INVALID', { params: { detail } });
}
