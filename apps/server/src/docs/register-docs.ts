import { nodeErrors } from '@navette/contracts';
import { engineErrors } from '@navette/engine';
import { storeErrors } from '@navette/store';
import type { FastifyInstance } from 'fastify';
import { apiErrors } from '../http/api-error.ts';
import { renderDocs } from './docs-page.ts';
import { createOpenApi } from './open-api.ts';

/** `/api/openapi.json` and `/api/docs`, made when they are first asked for. */
export function registerDocs(app: FastifyInstance, settings: { version: string; publicUrl: string }): void {
  let openApi: string | undefined;
  let page: string | undefined;
  app.get('/api/openapi.json', (_request, reply) => {
    openApi ??= JSON.stringify(createOpenApi(settings), null, 2);
    return reply.header('content-type', 'application/json; charset=utf-8').send(openApi);
  });
  app.get('/api/docs', (_request, reply) => {
    const errorCodes = {
      ...apiErrors.specs,
      ...storeErrors.specs,
      ...engineErrors.specs,
      ...nodeErrors.specs,
    };
    page ??= renderDocs({ ...settings, errorCodes });
    return reply.header('content-type', 'text/html; charset=utf-8').send(page);
  });
}
