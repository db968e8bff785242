import { defineCredentialType, label } from '@navette/node-sdk';
import { z } from 'zod';
import { headerNameSchema, headerValueSchema } from './http-header-text.ts';

/** A secret in a header of its own, such as X-Api-Key. */
export const httpHeader = defineCredentialType({
  type: 'http-header',
  name: { en: 'Secret header', fr: 'En-tête secret' },
  description: {
    en: 'A header with a secret value, such as X-Api-Key.',
    fr: 'Un en-tête dont la valeur est secrète, tel que X-Api-Key.',
  },
  data: z.strictObject({
    name: label(headerNameSchema, { en: 'Header name', fr: 'Nom de l’en-tête' }),
    value: label(
      headerValueSchema.refine((value) => value !== '', 'must not be empty').meta({ 'x-secret': true }),
      { en: 'Value', fr: 'Valeur' },
    ),
  }),
  authorize: ({ name = '', value = '' }) => ({ headers: { [name]: value } }),
});
