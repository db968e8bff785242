import { defineCredentialType, label } from '@navette/node-sdk';
import { z } from 'zod';

/** A secret in the query of the URL, such as ?key=…; prefer a header where the service takes one. */
export const httpQuery = defineCredentialType({
  type: 'http-query',
  name: { en: 'Secret query parameter', fr: 'Paramètre d’URL secret' },
  description: {
    en: 'A secret in the query of the URL, such as ?key=…. Prefer a header where the service takes one: URLs end up in the logs of others.',
    fr: 'Un secret dans les paramètres de l’URL, tel que ?key=…. Préférez un en-tête si le service l’accepte : les URL finissent dans les journaux des autres.',
  },
  data: z.strictObject({
    name: label(
      z
        .string()
        .min(1)
        .max(256)
        .regex(/^[^\x00-\x20\x7f]+$/, 'must have no blanks or control characters'),
      { en: 'Parameter name', fr: 'Nom du paramètre' },
    ),
    value: label(
      z
        .string()
        .min(1)
        .max(8_192)
        .regex(/^[^\x00-\x1f\x7f]+$/, 'must have no control characters')
        .meta({ 'x-secret': true }),
      { en: 'Value', fr: 'Valeur' },
    ),
  }),
  authorize: ({ name = '', value = '' }) => ({ query: { [name]: value } }),
});
