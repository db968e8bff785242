import { choice, label, showWhen } from '@navette/node-sdk';
import { z } from 'zod';
import { conditionParameters } from '../conditions/schema.ts';

const maxCases = 50;

const ruleSchema = z.strictObject({
  name: label(
    z.string().max(80).default(''),
    { en: 'Name', fr: 'Nom' },
    {
      en: 'Shown at the output; the port itself is named by position.',
      fr: 'Affiché à la sortie ; le port, lui, est nommé par sa position.',
    },
  ),
  ...conditionParameters,
});

export const switchParameters = z.strictObject({
  mode: label(
    choice({
      rules: { en: 'Rules', fr: 'Règles' },
      expression: { en: 'Output index', fr: 'Numéro de sortie' },
    }).default('rules'),
    { en: 'Mode', fr: 'Mode' },
    {
      en: 'Choose by conditions, or by an expression that gives the number of the output.',
      fr: 'Choisir par des conditions, ou par une expression qui donne le numéro de la sortie.',
    },
  ),
  rules: showWhen(
    { mode: ['rules'] },
    label(
      z.array(ruleSchema).max(maxCases).default([]),
      { en: 'Rules', fr: 'Règles' },
      {
        en: 'One output each: case-0, case-1 and so on. The first rule that holds wins.',
        fr: "Une sortie chacune : case-0, case-1, etc. La première règle vraie l'emporte.",
      },
    ),
  ),
  index: showWhen(
    { mode: ['expression'] },
    label(
      z.unknown().optional(),
      { en: 'Output index', fr: 'Numéro de sortie' },
      { en: 'A whole number from 0.', fr: 'Un nombre entier à partir de 0.' },
    ),
  ),
  outputCount: showWhen(
    { mode: ['expression'] },
    label(
      z.int().min(1).max(maxCases).default(4),
      { en: 'Number of outputs', fr: 'Nombre de sorties' },
      { en: 'Without the fallback.', fr: 'Sans la sortie de repli.' },
    ),
  ),
  fallback: label(
    choice({
      none: { en: 'None: the item is dropped', fr: "Aucun : l'élément est retiré" },
      extra: { en: 'Extra output', fr: 'Sortie supplémentaire' },
    }).default('none'),
    { en: 'Fallback', fr: 'Repli' },
    { en: 'Where items go that fit no case.', fr: 'Où vont les éléments qui ne correspondent à aucun cas.' },
  ),
  allMatching: showWhen(
    { mode: ['rules'] },
    label(
      z.boolean().default(false),
      { en: 'All matching rules', fr: 'Toutes les règles vraies' },
      {
        en: 'Send the item to the output of every rule that holds, not only the first.',
        fr: "Envoyer l'élément à la sortie de chaque règle vraie, pas seulement de la première.",
      },
    ),
  ),
});
export type SwitchParameters = z.output<typeof switchParameters>;

/** case-0, case-1, … and "fallback" where asked for. */
export function listSwitchPorts({ mode, rules, outputCount, fallback }: SwitchParameters): string[] {
  const count = mode === 'rules' ? rules.length : outputCount;
  const ports = Array.from({ length: count }, (_, index) => `case-${index}`);
  if (fallback === 'extra' || count === 0) ports.push('fallback');
  return ports;
}
