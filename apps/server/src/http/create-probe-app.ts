/** What a process without an API serves: whether it lives and can work, and its metrics. */
import type { RequestListener, Server } from 'node:http';
import { type Health, routes } from '@navette/contracts';
import type { Logger } from '@navette/kit';
import fastify, { type FastifyInstance } from 'fastify';
import { metricsErrors } from '../telemetry/metrics-error.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { apiErrors } from './api-error.ts';
import { answerClientError } from './http-listener.ts';
import { isScraper } from './metrics-token.ts';
import { sendProblem, setErrorHandler } from './problem-handlers.ts';
import { createRequestId } from './request-id.ts';

export interface ProbeAppOptions {
  logger: Logger;
  readHealth(): Promise<Health>;
  telemetry: Telemetry;
  metricsToken: string | undefined;
  serverFactory: (handler: RequestListener) => Server;
}

export function createProbeApp(options: ProbeAppOptions): FastifyInstance {
  const { logger, metricsToken, readHealth, serverFactory, telemetry } = options;
  const app = fastify({
    logger: false,
    genReqId: createRequestId,
    clientErrorHandler: answerClientError,
    serverFactory,
  });
  setErrorHandler(app, logger);
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  for (const path of [routes.healthLive.path, '/health/live']) app.get(path, () => ({ status: 'ok' }));
  for (const path of [routes.healthReady.path, '/health/ready']) {
    app.get(path, async (_request, reply) => {
      const health = await readHealth();
      return reply.code(health.status === 'ok' ? 200 : 503).send(health);
    });
  }
  app.get(routes.getMetrics.path, async (request, reply) => {
    if (!isScraper(request.headers.authorization, metricsToken))
      throw metricsErrors.create('METRICS_UNAUTHORIZED');
    const { contentType, text } = await telemetry.metrics.encode();
    return reply.header('content-type', contentType).send(text);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0]!.slice(0, 500);
    return sendProblem(reply, apiErrors.create('ROUTE_NOT_FOUND', { params: { path } }));
  });
  return app;
}
