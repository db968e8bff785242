/** The HTTP server: the API, its documentation, the webhooks and the web app, each with the rules that fit it. */
import type { RequestListener, Server } from 'node:http';
import type { Route } from '@navette/contracts';
import fastify, { type FastifyInstance } from 'fastify';
import { createHandlers } from '../api/create-handlers.ts';
import type { ServerServices, ServerSettings } from '../api/server-services.ts';
import { registerDocs } from '../docs/register-docs.ts';
import { isPageRequest, registerWebApp, sendIndex } from '../web/register-web-app.ts';
import { registerResume } from '../webhooks/resume-ingress.ts';
import { registerWebhooks } from '../webhooks/webhook-ingress.ts';
import type { WebhookTable } from '../webhooks/webhook-table.ts';
import { apiErrors } from './api-error.ts';
import { Authorizer } from './authorizer.ts';
import { allowTrustedOrigins } from './cross-origin.ts';
import { answerClientError } from './http-listener.ts';
import { parseJsonBody } from './json-body.ts';
import { createNotFoundError, sendProblem, setErrorHandler } from './problem-handlers.ts';
import { registerRoutes } from './register-routes.ts';
import { createRequestId, requestIdHeader } from './request-id.ts';
import { createSecurityHeaders } from './security-headers.ts';

/** What requests are counted under that reach no route. */
const unknownRoute = 'none';

export interface AppOptions {
  services: ServerServices;
  webhooks: WebhookTable;
  /** Folder of the built web app. */
  webRoot: string;
  /** Other origins whose pages may use the API. */
  trustedOrigins: readonly string[];
  metricsToken: string | undefined;
  /** Addresses of proxies whose X-Forwarded-For is believed. */
  trustProxy: readonly string[];
  /** The server that takes the connections, when it exists already. */
  serverFactory?: (handler: RequestListener) => Server;
}

export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { services, webhooks, serverFactory, trustProxy, webRoot } = options;
  const { logger, settings } = services;
  const securityHeaders = createSecurityHeaders(settings.publicUrl);
  const app = fastify({
    logger: false,
    bodyLimit: settings.bodyLimitBytes,
    genReqId: createRequestId,
    trustProxy: trustProxy.length > 0 ? [...trustProxy] : false,
    routerOptions: { maxParamLength: 500 },
    // A path that is none: "/%zz".
    frameworkErrors: (error, _request, reply) => {
      const params = { reason: error.message };
      sendProblem(reply.headers(securityHeaders), apiErrors.create('REQUEST_MALFORMED', { params }));
    },
    clientErrorHandler: answerClientError,
    ...(serverFactory ? { serverFactory } : {}),
  });
  services.telemetry.watchRequests(app);
  setErrorHandler(app, logger);
  await app.register(async (scope) => {
    registerWebhooks(scope, services, webhooks);
    registerResume(scope, services);
  });
  await app.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      reply.headers(securityHeaders).header(requestIdHeader, request.id);
    });
    allowTrustedOrigins(scope, options.trustedOrigins);
    registerApi(scope, options);
    registerDocs(scope, settings);
    await registerWebApp(scope, webRoot);
  });
  app.setNotFoundHandler((request, reply) => {
    reply.headers(securityHeaders).header(requestIdHeader, request.id);
    if (isPageRequest(request)) return sendIndex(reply, webRoot);
    services.telemetry.http.tallyOf(request.method, unknownRoute).addStatus(404);
    return sendProblem(reply, createNotFoundError(request));
  });
  return app;
}

function registerApi(app: FastifyInstance, { metricsToken, services, trustedOrigins }: AppOptions): void {
  const { accounts, repositories, settings } = services;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : parseJsonBody(String(body)));
    } catch (error) {
      done(error as Error);
    }
  });
  // Left on the stream: files are stored as they come.
  app.addContentTypeParser('multipart/form-data', (_request, _payload, done) => done(null));
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  const handlers = createHandlers(services);
  const publicOrigins = [new URL(settings.publicUrl).origin, ...trustedOrigins];
  registerRoutes(app, handlers, {
    authorizer: new Authorizer({ accounts, repositories, publicOrigins, metricsToken }),
    repositories,
    checkResponses: settings.checkResponses,
    bodyLimitOf: (route) => chooseBodyLimit(route, settings),
  });
  // The short addresses that load balancers know.
  for (const name of ['live', 'ready'] as const)
    app.get(`/health/${name}`, (_request, reply) => reply.redirect(`/api/v1/health/${name}`, 308));
}

function chooseBodyLimit(route: Route, settings: ServerSettings): number {
  if (route.bodyKind === 'multipart') return settings.uploadLimitBytes;
  return route.path.startsWith('/api/v1/workflows') ? settings.definitionLimitBytes : settings.bodyLimitBytes;
}
