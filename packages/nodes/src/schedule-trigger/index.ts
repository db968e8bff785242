import { timeZoneSchema } from '@navette/contracts';
import { choice, defineTrigger, label } from '@navette/node-sdk';
import { z } from 'zod';
import { docs } from './docs.ts';
import { encodeCron, scheduleRuleSchema } from './rule-schema.ts';

export const scheduleTrigger = defineTrigger({
  type: 'schedule-trigger',
  version: 1,
  group: 'trigger',
  icon: 'clock-play',
  source: 'schedule',
  name: { en: 'Schedule', fr: 'Planification' },
  description: {
    en: 'Starts the workflow at set times, in any time zone.',
    fr: 'Démarre le workflow à des moments fixés, dans tout fuseau horaire.',
  },
  docs,
  parameters: z.strictObject({
    rules: label(
      z.array(scheduleRuleSchema).min(1).max(50),
      { en: 'Rules', fr: 'Règles' },
      {
        en: 'The workflow runs whenever one of them is due.',
        fr: 'Le workflow s’exécute dès que l’une d’elles arrive à échéance.',
      },
    ),
    timeZone: label(
      timeZoneSchema.optional(),
      { en: 'Time zone', fr: 'Fuseau horaire' },
      { en: 'Default: the workflow’s.', fr: 'Par défaut : celui du workflow.' },
    ),
    missedRuns: label(
      choice({
        skip: { en: 'Skip them', fr: 'Les ignorer' },
        'run-once': { en: 'Run once for all of them', fr: 'Exécuter une fois pour toutes' },
        'run-all': { en: 'Run each of them (at most 100)', fr: 'Exécuter chacune (au plus 100)' },
      }).default('run-once'),
      { en: 'Missed runs', fr: 'Exécutions manquées' },
      {
        en: 'What to do with runs that came due while the product was down.',
        fr: 'Que faire des exécutions arrivées à échéance pendant un arrêt du produit.',
      },
    ),
  }),
  examples: [],
  schedule: ({ rules, timeZone, missedRuns }) => ({
    crons: [...new Set(rules.map(encodeCron))],
    ...(timeZone === undefined ? {} : { timeZone }),
    missedRuns,
  }),
});
