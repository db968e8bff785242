import { defineCredentialType, label } from '@navette/node-sdk';
import { z } from 'zod';

/** A token in the Authorization header (RFC 6750). */
export const httpBearer = defineCredentialType({
  type: 'http-bearer',
  name: { en: 'Bearer token', fr: 'Jeton Bearer' },
  description: {
    en: 'A token, sent as "Authorization: Bearer …". Give the token without the word Bearer.',
    fr: 'Un jeton, envoyé sous la forme « Authorization: Bearer … ». Donnez le jeton sans le mot Bearer.',
  },
  data: z.strictObject({
    token: label(
      z
        .string()
        .min(1)
        .max(16_384)
        .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without blanks')
        .meta({ 'x-secret': true }),
      { en: 'Token', fr: 'Jeton' },
    ),
  }),
  authorize: ({ token = '' }) => ({ headers: { Authorization: `Bearer ${token}` } }),
});
