import { choice, defineTrigger, label } from '@navette/node-sdk';
import { z } from 'zod';
import { docs } from './docs.ts';
import { normalizePath, webhookPathSchema } from './path-schema.ts';

const methodSchema = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'ANY']);

export const webhookTrigger = defineTrigger({
  type: 'webhook-trigger',
  version: 1,
  group: 'trigger',
  icon: 'webhook',
  source: 'webhook',
  name: { en: 'Webhook', fr: 'Webhook' },
  description: {
    en: 'Starts the workflow when an HTTP request arrives.',
    fr: 'Démarre le workflow quand une requête HTTP arrive.',
  },
  docs,
  parameters: z.strictObject({
    methods: label(
      z
        .array(methodSchema)
        .min(1)
        .refine((methods) => new Set(methods).size === methods.length, 'must not name a method twice')
        .default(['POST']),
      { en: 'Methods', fr: 'Méthodes' },
      { en: 'ANY stands for all of them.', fr: 'ANY les désigne toutes.' },
    ),
    path: label(
      webhookPathSchema,
      { en: 'Path', fr: 'Chemin' },
      { en: 'For example orders/:id', fr: 'Par exemple orders/:id' },
    ),
    respond: label(
      choice({
        immediately: {
          en: 'Immediately, once the run is stored',
          fr: 'Immédiatement, dès que l’exécution est enregistrée',
        },
        finished: {
          en: 'When finished, with the items of the last node',
          fr: 'À la fin, avec les éléments du dernier nœud',
        },
        node: { en: 'By a Respond to webhook node', fr: 'Par un nœud Répondre au webhook' },
      }).default('immediately'),
      { en: 'Respond', fr: 'Répondre' },
    ),
    responseStatus: label(
      z.int().min(200).max(299).default(200),
      { en: 'Status', fr: 'Statut' },
      {
        en: 'HTTP status of the immediate and finished answers.',
        fr: 'Statut HTTP des réponses immédiate et finale.',
      },
    ),
    rawBody: label(
      z.boolean().default(false),
      { en: 'Raw body', fr: 'Corps brut' },
      {
        en: 'Keep the bytes of the body as the file "data" of the item.',
        fr: 'Garder les octets du corps dans le fichier « data » de l’élément.',
      },
    ),
    authentication: label(
      choice({
        none: { en: 'None: anyone may call', fr: 'Aucune : tout le monde peut appeler' },
        credential: { en: 'The credential of this node', fr: 'L’identifiant de ce nœud' },
      }).default('none'),
      { en: 'Authentication', fr: 'Authentification' },
    ),
  }),
  credentials: [{ slot: 'auth', types: ['http-basic', 'http-header'], required: false }],
  examples: [],
  webhook: (parameters) => ({
    methods: parameters.methods.includes('ANY') ? ['ANY'] : parameters.methods,
    path: normalizePath(parameters.path),
    respond: parameters.respond,
    rawBody: parameters.rawBody,
    authenticated: parameters.authentication === 'credential',
    responseStatus: parameters.responseStatus,
  }),
});
