import { hostPatternSchema, policyNameSchema } from '@navette/contracts';
import { choice, defineNode, label } from '@navette/node-sdk';
import { z } from 'zod';
import { adviseProgram } from './advise-program.ts';
import { assertCallsAllowed } from './assert-calls-allowed.ts';
import { docs } from './docs.ts';

const maxSourceLength = 1_000_000;

export const program = defineNode({
  type: 'program',
  version: 1,
  group: 'flow',
  icon: 'code-dots',
  name: { en: 'Program', fr: 'Programme' },
  description: {
    en: 'A coded workflow: TypeScript whose calls are steps that survive any crash.',
    fr: 'Un workflow codé : du TypeScript dont les appels sont des étapes qui survivent à toute panne.',
  },
  docs,
  parameters: z.strictObject({
    language: label(
      choice({
        typescript: { en: 'TypeScript', fr: 'TypeScript' },
        javascript: { en: 'JavaScript', fr: 'JavaScript' },
      }).default('typescript'),
      { en: 'Language', fr: 'Langage' },
    ),
    source: label(
      z
        .string()
        .min(1, 'must hold a program')
        .max(maxSourceLength)
        .regex(
          /^[ \t]*export\s+default\b/m,
          'must have a default export: export default async function (ctx, input) { … }',
        ),
      { en: 'Program', fr: 'Programme' },
      {
        en: 'A module with “export default async function (ctx, input)”. Templates in braces are not evaluated in it.',
        fr: 'Un module avec « export default async function (ctx, input) ». Les modèles entre accolades n’y sont pas évalués.',
      },
    ).meta({ 'x-multiline': true }),
    allowedHosts: label(
      z.array(hostPatternSchema).max(50).default([]),
      { en: 'Hosts that its calls may reach', fr: 'Hôtes que ses appels peuvent joindre' },
      {
        en: 'Without any, ctx.http and other calls reach none. With some, they do, as far as the policies allow these hosts.',
        fr: 'Sans hôte, ctx.http et les autres appels n’en joignent aucun. Avec, ils les joignent dans la mesure où les règles le permettent.',
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
  }),
  // What acts on the world are its calls: steps of their own.
  effect: 'pure',
  // None is a template: what a program may do is read from the workflow, and does not depend on data.
  rawParameters: ['source', 'language', 'allowedHosts', 'policy'],
  literalParameters: ['source', 'language', 'allowedHosts', 'policy'],
  examples: [],
  codeOf({ language, source }) {
    assertCallsAllowed(source);
    return {
      engine: 'quickjs',
      language,
      source,
      parameters: ['ctx', 'input'],
      modules: [],
      place: adviseProgram,
    };
  },
  program: ({ allowedHosts, language, policy, source }) => ({ allowedHosts, language, policy, source }),
});
