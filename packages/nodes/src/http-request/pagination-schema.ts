import { choice, label, showWhen } from '@navette/node-sdk';
import { z } from 'zod';

const paged = { mode: ['page', 'offset', 'next-url'] };
const parameterName = z.string().min(1).max(200);

const shape = z.strictObject({
  mode: label(
    choice({
      none: { en: 'None', fr: 'Aucune' },
      page: { en: 'Page number in the query', fr: 'Numéro de page dans l’URL' },
      offset: { en: 'Offset and limit in the query', fr: 'Décalage et limite dans l’URL' },
      'next-url': {
        en: 'URL of the next page in the response',
        fr: 'URL de la page suivante dans la réponse',
      },
    }).default('none'),
    { en: 'Pages', fr: 'Pages' },
  ),
  pageParameter: showWhen(
    { mode: ['page'] },
    label(parameterName.default('page'), { en: 'Page parameter', fr: 'Paramètre de page' }),
  ),
  firstPage: showWhen(
    { mode: ['page'] },
    label(z.int().min(0).default(1), { en: 'First page', fr: 'Première page' }),
  ),
  offsetParameter: showWhen(
    { mode: ['offset'] },
    label(parameterName.default('offset'), { en: 'Offset parameter', fr: 'Paramètre de décalage' }),
  ),
  limitParameter: showWhen(
    { mode: ['offset'] },
    label(parameterName.default('limit'), { en: 'Limit parameter', fr: 'Paramètre de limite' }),
  ),
  limit: showWhen(
    { mode: ['offset'] },
    label(z.int().min(1).max(100_000).default(100), { en: 'Limit', fr: 'Limite' }),
  ),
  next: showWhen(
    { mode: ['next-url'] },
    label(
      z.string().max(10_000).default(''),
      { en: 'Next URL', fr: 'URL suivante' },
      {
        en: 'For example {{ $response.body.next }}. Nothing ends the pages.',
        fr: 'Par exemple {{ $response.body.next }}. Rien met fin aux pages.',
      },
    ),
  ),
  completeWhen: showWhen(
    paged,
    label(
      z.string().max(10_000).default(''),
      { en: 'Complete when', fr: 'Terminé quand' },
      {
        en: 'Optional, for example {{ $response.body.last == true }}.',
        fr: 'Facultatif, par exemple {{ $response.body.last == true }}.',
      },
    ),
  ),
  maxPages: showWhen(
    paged,
    label(z.int().min(1).max(10_000).default(100), { en: 'Most pages', fr: 'Pages au plus' }),
  ),
  intervalMs: showWhen(
    paged,
    label(z.int().min(0).max(600_000).default(0), {
      en: 'Pause between pages (ms)',
      fr: 'Pause entre les pages (ms)',
    }),
  ),
});

/** Its templates are raw: they are evaluated after each response. */
export const paginationSchema = shape
  .superRefine(({ mode, next }, context) => {
    if (mode === 'next-url' && next.trim() === '')
      context.addIssue({ code: 'custom', path: ['next'], message: 'is needed to find the next page' });
  })
  .prefault({});
