import { routeList } from '@navette/contracts';
import { type Logger, NavetteError, toNavetteError } from '@navette/kit';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { apiErrors } from './api-error.ts';
import { encodeProblem, problemMediaType, toRequestError } from './problem.ts';
import { requestIdHeader } from './request-id.ts';

/** Answers everything that is thrown as a problem document; what nobody expected is logged once, under an id. */
export function setErrorHandler(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const limitBytes = request.routeOptions.bodyLimit ?? 0;
    const known = toRequestError(thrown, limitBytes);
    if (known) {
      if (known.code === 'SERVER_DATABASE')
        logger.warn({ reason: thrown.message, requestId: request.id }, 'A request found no database');
      return sendProblem(reply, known);
    }
    const requestId = request.id;
    const route = `${request.method} ${request.routeOptions.url ?? ''}`;
    logger.error({ err: thrown, requestId, route }, 'A request failed unexpectedly');
    return sendProblem(reply, createUnexpectedError(thrown));
  });
}

/** A 404, or a 405 when the path is one of ours under another method. */
export function createNotFoundError(request: FastifyRequest): NavetteError {
  const path = request.url.split('?', 1)[0]!.slice(0, 500);
  const allowed = listMethods(path);
  if (allowed.length === 0) return apiErrors.create('ROUTE_NOT_FOUND', { params: { path } });
  const params = { path, method: request.method, allowed: allowed.join(', ') };
  return apiErrors.create('ROUTE_METHOD', { params });
}

export function sendProblem(reply: FastifyReply, error: NavetteError): FastifyReply {
  const { id } = reply.request;
  const { problem, headers } = encodeProblem(error, id);
  // The webhook or the route may have said something better.
  for (const [name, value] of Object.entries(headers)) if (!reply.hasHeader(name)) reply.header(name, value);
  const { allowed } = error.params;
  if (problem.status === 405 && typeof allowed === 'string' && !reply.hasHeader('allow'))
    reply.header('allow', allowed);
  // The rest of a refused body is not worth waiting for.
  if (problem.status === 413) reply.header('connection', 'close');
  return reply
    .header(requestIdHeader, id)
    .code(problem.status)
    .removeHeader('content-length')
    .header('content-type', problemMediaType)
    .header('cache-control', 'no-store')
    .serializer((value: unknown) => JSON.stringify(value))
    .send(problem);
}

/** Says that it failed, not why: the details are for whoever reads the log. */
function createUnexpectedError(thrown: unknown): NavetteError {
  const { code } = toNavetteError(thrown);
  const message = 'Something went wrong inside the server';
  const help =
    'The log has the details under the id in `instance`. Trying again may help; if it does not, report it.';
  return new NavetteError(code, { kind: 'bug', status: 500, retry: 'default', message, help });
}

const patterns = routeList.map((route) => ({
  method: route.method,
  pattern: new RegExp(`^${route.path.replace(/:\w+/g, '[^/]+')}/?$`),
}));

function listMethods(path: string): string[] {
  return [...new Set(patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))];
}
