import { hostPatternSchema, policyNameSchema } from '@navette/contracts';
import { choice, label, showWhen } from '@navette/node-sdk';
import { z } from 'zod';

const maxSourceLength = 1_000_000;
const mebibyte = 1024 * 1024;
const script = ['javascript', 'typescript'] as const;

const limitSchema = (max: number) => z.number().positive().max(max).optional();

export const parameters = z.strictObject({
  language: label(
    choice({
      javascript: { en: 'JavaScript', fr: 'JavaScript' },
      typescript: { en: 'TypeScript', fr: 'TypeScript' },
      python: { en: 'Python', fr: 'Python' },
    }).default('javascript'),
    { en: 'Language', fr: 'Langage' },
  ),
  engine: showWhen(
    { language: script },
    label(
      choice({
        quickjs: { en: 'QuickJS (safe everywhere)', fr: 'QuickJS (sûr partout)' },
        v8: { en: 'V8 (fast)', fr: 'V8 (rapide)' },
      }).default('quickjs'),
      { en: 'Engine', fr: 'Moteur' },
      {
        en: 'V8 computes some thirty times faster. It runs where the server has a jail for it, or its operator allows it without.',
        fr: 'V8 calcule une trentaine de fois plus vite. Il tourne là où le serveur peut l’enfermer, ou là où son exploitant l’autorise sans cela.',
      },
    ),
  ),
  mode: label(
    choice({
      all: { en: 'Once, with all items', fr: 'Une fois, avec tous les éléments' },
      each: { en: 'Once per item', fr: 'Une fois par élément' },
    }).default('all'),
    { en: 'Run', fr: 'Exécution' },
  ),
  source: label(
    z.string().min(1, 'must hold code').max(maxSourceLength),
    { en: 'Code', fr: 'Code' },
    {
      en: 'The body of a function: give the items back with return. Templates in braces are not evaluated in it.',
      fr: 'Le corps d’une fonction : rendez les éléments avec return. Les modèles entre accolades n’y sont pas évalués.',
    },
  ).meta({ 'x-multiline': true }),
  allowedHosts: label(
    z.array(hostPatternSchema).max(50).default([]),
    { en: 'Hosts that the code may call', fr: 'Hôtes que le code peut appeler' },
    {
      en: 'Without any, the code has no network. With some, it has http(…), as far as the policies allow these hosts.',
      fr: 'Sans hôte, le code n’a pas de réseau. Avec, il dispose de http(…), dans la mesure où les règles permettent ces hôtes.',
    },
  ),
  policy: label(
    policyNameSchema.optional(),
    { en: 'Policy', fr: 'Règles' },
    {
      en: 'A named policy of the server. It narrows what the project allows, and never widens it.',
      fr: 'Des règles nommées du serveur. Elles restreignent ce que le projet permet, sans jamais l’élargir.',
    },
  ),
  limits: label(
    z
      .strictObject({
        seconds: label(
          limitSchema(86_400),
          { en: 'Time (seconds)', fr: 'Durée (secondes)' },
          { en: 'From start to result, waits included.', fr: 'Du début au résultat, attentes comprises.' },
        ),
        cpuSeconds: label(limitSchema(3_600), {
          en: 'Computing time (seconds)',
          fr: 'Temps de calcul (secondes)',
        }),
        memoryMiB: label(z.number().min(16).max(2_048).optional(), {
          en: 'Memory (MiB)',
          fr: 'Mémoire (Mio)',
        }),
      })
      .default({}),
    { en: 'Limits', fr: 'Limites' },
    {
      en: 'What is left out is the default of the server; more than the policies allow is not given.',
      fr: 'Ce qui est omis prend la valeur par défaut du serveur ; rien au-delà de ce que permettent les règles n’est accordé.',
    },
  ),
});
export type CodeParameters = z.output<typeof parameters>;

/** The limits of the step in the units of the port. */
export function toStepLimits({ seconds, cpuSeconds, memoryMiB }: CodeParameters['limits']) {
  const scale = (value: number | undefined, by: number) =>
    value === undefined ? undefined : Math.ceil(value * by);
  return {
    wallMs: scale(seconds, 1_000),
    cpuMs: scale(cpuSeconds, 1_000),
    memoryBytes: scale(memoryMiB, mebibyte),
  };
}
