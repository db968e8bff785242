import { choice, label, showWhen } from '@navette/node-sdk';
import { z } from 'zod';
import { mediaTypeSchema } from '../file/media-type.ts';
import { nameValueSchema } from '../http-request/name-value.ts';

export const parameters = z.strictObject({
  respondWith: label(
    choice({
      'first-item': { en: 'First item as JSON', fr: 'Premier élément en JSON' },
      'all-items': { en: 'All items as a JSON list', fr: 'Tous les éléments, en liste JSON' },
      json: { en: 'JSON of your own', fr: 'Votre propre JSON' },
      text: { en: 'Text', fr: 'Texte' },
      binary: { en: 'File of the first item', fr: 'Fichier du premier élément' },
      redirect: { en: 'Redirect', fr: 'Redirection' },
      empty: { en: 'Nothing', fr: 'Rien' },
    }).default('first-item'),
    { en: 'Answer with', fr: 'Répondre par' },
  ),
  status: label(
    z.int().min(200).max(599).optional(),
    { en: 'Status', fr: 'Statut' },
    {
      en: 'HTTP status. Default: 200; 204 for nothing, 302 for a redirect.',
      fr: 'Statut HTTP. Par défaut : 200 ; 204 pour rien, 302 pour une redirection.',
    },
  ),
  value: showWhen({ respondWith: ['json'] }, label(z.json().default(null), { en: 'JSON', fr: 'JSON' })),
  text: showWhen({ respondWith: ['text'] }, label(z.json().default(''), { en: 'Text', fr: 'Texte' })),
  mediaType: showWhen(
    { respondWith: ['text'] },
    label(mediaTypeSchema.default('text/plain; charset=utf-8'), { en: 'Media type', fr: 'Type de média' }),
  ),
  binaryField: showWhen(
    { respondWith: ['binary'] },
    label(z.string().min(1).max(64).default('data'), { en: 'File field', fr: 'Champ du fichier' }),
  ),
  location: showWhen(
    { respondWith: ['redirect'] },
    label(
      z.string().max(8_192).default(''),
      { en: 'Redirect to', fr: 'Rediriger vers' },
      {
        en: 'An http(s) URL, or a path that starts with "/".',
        fr: 'Une URL http(s), ou un chemin qui commence par « / ».',
      },
    ),
  ),
  headers: label(
    z
      .array(nameValueSchema(z.string().min(1).max(256)))
      .max(100)
      .default([]),
    {
      en: 'Headers',
      fr: 'En-têtes',
    },
  ),
});
export type RespondParameters = z.output<typeof parameters>;
