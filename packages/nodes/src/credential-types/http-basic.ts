import { defineCredentialType, label } from '@navette/node-sdk';
import { z } from 'zod';

const noControls = /^[^\x00-\x1f\x7f]*$/;

/** User name and password in the Authorization header (RFC 7617, UTF-8). */
export const httpBasic = defineCredentialType({
  type: 'http-basic',
  name: { en: 'User name and password', fr: 'Nom d’utilisateur et mot de passe' },
  description: {
    en: 'HTTP Basic authentication: sent in the Authorization header.',
    fr: 'Authentification HTTP Basic : envoyée dans l’en-tête Authorization.',
  },
  data: z.strictObject({
    username: label(
      z
        .string()
        .max(1_024)
        .regex(noControls, 'must have no control characters')
        .regex(/^[^:]*$/, 'must have no colon: it separates name and password'),
      { en: 'User name', fr: 'Nom d’utilisateur' },
    ),
    password: label(
      z.string().max(4_096).regex(noControls, 'must have no control characters').meta({ 'x-secret': true }),
      { en: 'Password', fr: 'Mot de passe' },
    ),
  }),
  authorize: ({ username = '', password = '' }) => ({
    headers: { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
  }),
});
