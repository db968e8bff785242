import type { FastifyInstance } from 'fastify';

const allowedHeaders = 'authorization, content-type, idempotency-key, last-event-id, navette-project';

/** Lets pages of the origins that the configuration names use the API (CORS). Nobody else's. */
export function allowTrustedOrigins(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    reply.header('vary', 'Origin');
    if (origin === undefined || !origins.includes(origin)) return;
    reply
      .header('access-control-allow-origin', origin)
      .header('access-control-allow-credentials', 'true')
      .header('cross-origin-resource-policy', 'cross-origin');
  });
  app.options('/api/*', (_request, reply) =>
    reply
      .code(204)
      .header('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE')
      .header('access-control-allow-headers', allowedHeaders)
      .header('access-control-max-age', '600')
      .send(),
  );
}
