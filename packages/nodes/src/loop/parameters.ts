import { choice, label, showWhen } from '@navette/node-sdk';
import { z } from 'zod';
import { conditionParameters, conditionSchema } from '../conditions/schema.ts';

const byCondition = { mode: ['while', 'until'] } as const;

export const loopParameters = z
  .strictObject({
    mode: label(
      choice({
        batches: { en: 'Over the items, in batches', fr: 'Sur les éléments, par lots' },
        while: { en: 'While conditions hold', fr: 'Tant que des conditions sont vraies' },
        until: { en: 'Until conditions hold', fr: 'Jusqu’à ce que des conditions soient vraies' },
      }).default('batches'),
      { en: 'Repeat', fr: 'Répéter' },
    ),
    batchSize: showWhen(
      { mode: ['batches'] },
      label(
        z.int().min(1).max(100_000).default(1),
        { en: 'Items per pass', fr: 'Éléments par passage' },
        { en: 'How many items each pass takes.', fr: 'Combien d’éléments chaque passage prend.' },
      ),
    ),
    conditions: showWhen(
      byCondition,
      label(
        z.array(conditionSchema).max(100).default([]),
        { en: 'Conditions', fr: 'Conditions' },
        {
          en: 'Looked at for each item on its own, as in If. {{ $runIndex }} is the number of passes so far.',
          fr: 'Examinées pour chaque élément, comme dans Si. {{ $runIndex }} est le nombre de passages jusque-là.',
        },
      ),
    ),
    combinator: showWhen(byCondition, conditionParameters.combinator),
    options: showWhen(byCondition, conditionParameters.options),
    maxPasses: showWhen(
      byCondition,
      label(
        z.int().min(1).max(100_000).default(1_000),
        { en: 'Most passes', fr: 'Passages au plus' },
        {
          en: 'A condition that asks for more fails the step: nothing runs for ever by mistake.',
          fr: 'Une condition qui en demande davantage fait échouer l’étape : rien ne tourne sans fin par erreur.',
        },
      ),
    ),
  })
  .superRefine(({ mode, conditions }, issues) => {
    if (mode !== 'batches' && conditions.length === 0) {
      issues.addIssue({ code: 'custom', path: ['conditions'], message: 'must hold at least one condition' });
    }
  });

export type LoopParameters = z.output<typeof loopParameters>;
