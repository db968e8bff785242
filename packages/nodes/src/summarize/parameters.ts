import { choice, label } from '@navette/node-sdk';
import { z } from 'zod';
import { fieldPathSchema } from '../fields/field-path.ts';

export const operationNames = {
  count: { en: 'Count', fr: 'Compter' },
  countUnique: { en: 'Count different values', fr: 'Compter les valeurs différentes' },
  sum: { en: 'Sum', fr: 'Somme' },
  average: { en: 'Average', fr: 'Moyenne' },
  median: { en: 'Median', fr: 'Médiane' },
  min: { en: 'Smallest', fr: 'Minimum' },
  max: { en: 'Largest', fr: 'Maximum' },
  append: { en: 'List of values', fr: 'Liste des valeurs' },
  appendUnique: { en: 'List of different values', fr: 'Liste des valeurs différentes' },
  concatenate: { en: 'Joined text', fr: 'Texte réuni' },
} as const;
export type SummaryOperation = keyof typeof operationNames;

const summarySchema = z
  .strictObject({
    operation: label(
      choice(operationNames).default('count'),
      { en: 'Operation', fr: 'Opération' },
      { en: 'What is computed for each group.', fr: 'Ce qui est calculé pour chaque groupe.' },
    ),
    field: label(
      z.union([z.literal(''), fieldPathSchema]).default(''),
      { en: 'Field', fr: 'Champ' },
      {
        en: 'Name or dotted path. Count without a field counts items.',
        fr: 'Nom ou chemin avec des points. Compter sans champ compte les éléments.',
      },
    ),
    as: label(
      z.union([z.literal(''), fieldPathSchema]).default(''),
      { en: 'New name', fr: 'Nouveau nom' },
      {
        en: 'Of the result; empty: operation_field, such as sum_total.',
        fr: 'Du résultat ; vide : opération_champ, comme sum_total.',
      },
    ),
    separator: label(
      z.string().max(100).default(', '),
      { en: 'Separator', fr: 'Séparateur' },
      { en: 'Between joined texts.', fr: 'Entre les textes réunis.' },
    ),
    includeEmpty: label(
      z.boolean().default(false),
      { en: 'Keep empty values', fr: 'Garder les valeurs vides' },
      {
        en: 'Missing values (as null) and empty texts count, in lists, joined texts and counts.',
        fr: 'Les valeurs absentes (comme null) et textes vides comptent, dans les listes, textes réunis et comptes.',
      },
    ),
  })
  .refine(({ operation, field }) => operation === 'count' || field !== '', {
    path: ['field'],
    message: 'must name a field',
  });
export type Summary = z.output<typeof summarySchema>;

export const summarizeParameters = z.strictObject({
  groupBy: label(
    z.array(fieldPathSchema).max(20).default([]),
    { en: 'Group by', fr: 'Grouper par' },
    {
      en: 'One item comes out for each combination of values; empty: one item for everything.',
      fr: 'Un élément sort par combinaison de valeurs ; vide : un seul élément pour tout.',
    },
  ),
  summaries: label(
    z.array(summarySchema).min(1, 'must hold at least one operation').max(100),
    { en: 'Operations', fr: 'Opérations' },
    { en: 'What to compute for each group.', fr: 'Que calculer pour chaque groupe.' },
  ),
  order: label(
    choice({
      'first-seen': { en: 'As they come', fr: "Ordre d'arrivée" },
      sorted: { en: 'Sorted by the group fields', fr: 'Triés par les champs de groupe' },
    }).default('first-seen'),
    { en: 'Order of groups', fr: 'Ordre des groupes' },
  ),
  notNumbers: label(
    choice({
      error: { en: 'Stop with an error', fr: 'Arrêter avec une erreur' },
      skip: { en: 'Skip them', fr: 'Les ignorer' },
    }).default('error'),
    { en: 'Values that are no numbers', fr: 'Valeurs qui ne sont pas des nombres' },
    {
      en: 'In sum, average and median. Missing and empty values are always skipped; texts such as "12.5" count as numbers.',
      fr: 'Dans somme, moyenne et médiane. Les valeurs absentes et vides sont toujours ignorées ; les textes comme « 12.5 » comptent comme des nombres.',
    },
  ),
  missingGroups: label(
    choice({
      keep: { en: 'A group of their own', fr: 'Un groupe à part' },
      skip: { en: 'Leave them out', fr: 'Les laisser' },
    }).default('keep'),
    { en: 'Items without a group field', fr: 'Éléments sans champ de groupe' },
    {
      en: 'Whether items that lack all group fields make a group, with null.',
      fr: "Si les éléments qui n'ont aucun champ de groupe forment un groupe, avec null.",
    },
  ),
});
export type SummarizeParameters = z.output<typeof summarizeParameters>;
