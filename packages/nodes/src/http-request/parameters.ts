import { choice, label, showWhen } from '@navette/node-sdk';
import { z } from 'zod';
import { headerNameSchema } from '../credential-types/http-header-text.ts';
import { binaryFieldSchema, fileNameSchema } from '../file/file-name.ts';
import { mediaTypeSchema } from '../file/media-type.ts';
import { nameValueSchema } from './name-value.ts';
import { paginationSchema } from './pagination-schema.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;
const anyName = z.string().min(1).max(500);

const bodyShape = {
  bodyKind: label(
    choice({
      none: { en: 'None', fr: 'Aucun' },
      json: { en: 'JSON', fr: 'JSON' },
      form: { en: 'Form fields (URL-encoded)', fr: 'Champs de formulaire (encodage URL)' },
      multipart: { en: 'Form with files (multipart)', fr: 'Formulaire avec fichiers (multipart)' },
      text: { en: 'Text', fr: 'Texte' },
      binary: { en: 'A file of the item', fr: 'Un fichier de l’élément' },
    }).default('none'),
    { en: 'Body', fr: 'Corps' },
  ),
  jsonBody: showWhen(
    { bodyKind: ['json'] },
    label(
      z.json().default({}),
      { en: 'JSON', fr: 'JSON' },
      { en: 'A value, or text that is JSON.', fr: 'Une valeur, ou un texte qui est du JSON.' },
    ),
  ),
  formFields: showWhen(
    { bodyKind: ['form', 'multipart'] },
    label(z.array(nameValueSchema(anyName)).max(500).default([]), { en: 'Fields', fr: 'Champs' }),
  ),
  formFiles: showWhen(
    { bodyKind: ['multipart'] },
    label(
      z
        .array(
          z.strictObject({
            name: label(anyName, { en: 'Name', fr: 'Nom' }),
            binaryField: label(binaryFieldSchema.default('data'), {
              en: 'File field',
              fr: 'Champ du fichier',
            }),
            fileName: label(fileNameSchema.optional(), {
              en: 'File name, when another',
              fr: 'Nom du fichier, si différent',
            }),
          }),
        )
        .max(50)
        .default([]),
      { en: 'Files', fr: 'Fichiers' },
    ),
  ),
  textBody: showWhen({ bodyKind: ['text'] }, label(z.json().default(''), { en: 'Text', fr: 'Texte' })),
  textMediaType: showWhen(
    { bodyKind: ['text'] },
    label(mediaTypeSchema.default('text/plain; charset=utf-8'), { en: 'Media type', fr: 'Type de média' }),
  ),
  bodyFile: showWhen(
    { bodyKind: ['binary'] },
    label(binaryFieldSchema.default('data'), { en: 'File field', fr: 'Champ du fichier' }),
  ),
};

const responseShape = {
  responseFormat: label(
    choice({
      auto: { en: 'Automatic, by content type', fr: 'Automatique, selon le type de contenu' },
      json: { en: 'JSON', fr: 'JSON' },
      text: { en: 'Text', fr: 'Texte' },
      binary: { en: 'File', fr: 'Fichier' },
    }).default('auto'),
    { en: 'Response', fr: 'Réponse' },
  ),
  itemsPath: label(
    z.string().max(500).default(''),
    { en: 'Path to the items', fr: 'Chemin des éléments' },
    {
      en: 'Where in the response they are, for example data.results. Empty: the whole response.',
      fr: 'Où ils sont dans la réponse, par exemple data.results. Vide : toute la réponse.',
    },
  ),
  splitList: label(
    z.boolean().default(true),
    { en: 'One item per element', fr: 'Un élément par membre' },
    { en: 'When the response is a list.', fr: 'Quand la réponse est une liste.' },
  ),
  fullResponse: label(
    z.boolean().default(false),
    { en: 'Full response', fr: 'Réponse complète' },
    { en: 'Status, headers and body.', fr: 'Statut, en-têtes et corps.' },
  ),
  neverError: label(
    z.boolean().default(false),
    { en: 'Never fail on a status', fr: 'Ne jamais échouer sur un statut' },
    { en: '4xx and 5xx answers go on as data.', fr: 'Les réponses 4xx et 5xx continuent comme données.' },
  ),
  binaryField: label(binaryFieldSchema.default('data'), {
    en: 'File field of the response',
    fr: 'Champ du fichier de la réponse',
  }),
};

const limitsShape = {
  timeoutMs: label(
    z.int().min(1).max(3_600_000).default(60_000),
    { en: 'Timeout (ms)', fr: 'Délai (ms)' },
    { en: 'For one request, redirects included.', fr: 'Pour une requête, redirections comprises.' },
  ),
  redirects: label(
    choice({
      follow: { en: 'Follow', fr: 'Suivre' },
      manual: { en: 'Take the redirect as the response', fr: 'Prendre la redirection comme réponse' },
      error: { en: 'Fail', fr: 'Échouer' },
    }).default('follow'),
    { en: 'Redirects', fr: 'Redirections' },
  ),
  maxRedirects: showWhen(
    { redirects: ['follow'] },
    label(z.int().min(0).max(20).default(5), { en: 'Most redirects', fr: 'Redirections au plus' }),
  ),
  maxResponseBytes: label(
    z.int().min(1).max(536_870_912).default(10_485_760),
    { en: 'Largest response (bytes)', fr: 'Réponse la plus grande (octets)' },
    {
      en: 'The server may set a lower limit.',
      fr: 'Le serveur peut fixer une limite plus basse.',
    },
  ),
  sendIdempotencyKey: showWhen(
    { method: ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] },
    label(
      z.boolean().default(true),
      { en: 'Send an idempotency key', fr: 'Envoyer une clé d’idempotence' },
      {
        en: 'The same for every try of this item, so that the service can drop repetitions.',
        fr: 'La même à chaque essai de cet élément, pour que le service écarte les répétitions.',
      },
    ),
  ),
};

export const parameters = z.strictObject({
  method: label(z.enum(methods).default('GET'), { en: 'Method', fr: 'Méthode' }),
  url: label(z.string().trim().min(1).max(16_384), { en: 'URL', fr: 'URL' }),
  query: label(z.array(nameValueSchema(anyName)).max(500).default([]), {
    en: 'Query parameters',
    fr: 'Paramètres d’URL',
  }),
  headers: label(z.array(nameValueSchema(headerNameSchema)).max(200).default([]), {
    en: 'Headers',
    fr: 'En-têtes',
  }),
  ...bodyShape,
  ...responseShape,
  pagination: label(paginationSchema, { en: 'Pagination', fr: 'Pagination' }),
  ...limitsShape,
});
export type HttpRequestParameters = z.output<typeof parameters>;

/** GET and HEAD may be repeated freely; whatever else a service makes of a method is its own affair. */
export function isSafeMethod(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}
