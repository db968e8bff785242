import { type Route, type RouteId, routes } from '@navette/contracts';
import { encodeJsonInTurns } from '@navette/kit';
import type { Repositories } from '@navette/store';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { apiErrors } from './api-error.ts';
import type { Authorizer } from './authorizer.ts';
import type { Caller } from './caller.ts';
import { type AnswerOnce, callOnce, readIdempotencyKey } from './idempotent-call.ts';
import type { AnyHandler, RouteHandlers } from './route-handler.ts';
import { validateRequest } from './validate-request.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The answer lasts until its reader goes. */
    streams?: boolean;
  }
}

export interface RegistrationOptions {
  authorizer: Authorizer;
  repositories: Pick<Repositories, 'creates' | 'idempotency'>;
  /** Checks every answer against its schema: in tests and development, where a mismatch must show. */
  checkResponses: boolean;
  /** Bytes of a body; by route where it differs. */
  bodyLimitOf(route: Route): number;
}

/** Registers every route of the contract with its handler. */
export function registerRoutes(
  app: FastifyInstance,
  handlers: RouteHandlers,
  options: RegistrationOptions,
): void {
  for (const id of Object.keys(routes) as RouteId[])
    registerRoute(app, routes[id], handlers[id] as AnyHandler, options);
}

/** One route: who may call is settled before its body is read, what it takes before its handler runs. */
function registerRoute(
  app: FastifyInstance,
  route: Route,
  handler: AnyHandler,
  options: RegistrationOptions,
): void {
  const callers = new WeakMap<FastifyRequest, Caller>();
  app.route({
    method: route.method,
    url: route.path,
    // HEAD is offered by hand where it makes sense; a stream or a download must not run for it.
    exposeHeadRoute: route.method === 'GET' && route.responseKind === 'json',
    bodyLimit: options.bodyLimitOf(route),
    config: { streams: route.responseKind === 'events' },
    onRequest: async (request, reply) => {
      const caller = await options.authorizer.authorize(route, request, reply);
      if (caller) callers.set(request, caller);
      assertMediaType(route, request);
    },
    handler: async (request, reply) => {
      const input = validateRequest(route, request);
      const caller = callers.get(request);
      reply.code(route.status);
      const idempotencyKey = route.idempotent ? readIdempotencyKey(request) : undefined;
      const { repositories } = options;
      const call = async (answerOnce: AnswerOnce) =>
        handler({ ...input, caller, request, reply, idempotencyKey, answerOnce });
      const result =
        idempotencyKey === undefined || caller === undefined
          ? await call((create) => repositories.creates.run(create))
          : await callOnce({ repositories, route, key: idempotencyKey, caller, input, reply }, call);
      return send(route, reply, result, options.checkResponses);
    },
  });
}

async function send(route: Route, reply: FastifyReply, result: unknown, checked: boolean): Promise<unknown> {
  switch (route.responseKind) {
    case 'text':
      return result;
    case 'json':
      if (checked) assertResponse(route, result);
      reply.type('application/json; charset=utf-8');
      return encodeJsonInTurns(result);
    case 'empty':
      return reply.send();
    // The handler has taken the reply.
    case 'events':
    case 'binary':
      return reply;
  }
}

function assertResponse(route: Route, result: unknown): void {
  const parsed = route.response?.safeParse(result);
  if (parsed === undefined || parsed.success) return;
  const [issue] = parsed.error.issues;
  throw new Error(
    `The answer of ${route.id} breaks its contract at /${issue?.path.join('/')}: ${issue?.message}`,
  );
}

/** A body must say what it is, and be what the route takes. */
function assertMediaType(route: Route, request: FastifyRequest): void {
  const { headers } = request;
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (!hasBody || route.method === 'GET') return;
  const found = (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  const expected = route.bodyKind === 'multipart' ? 'multipart/form-data' : 'application/json';
  if (found === expected) return;
  const issues = [{ path: '/headers/content-type', message: `must be ${expected}` }];
  throw apiErrors.create('REQUEST_MEDIA_TYPE', { params: { found, expected }, issues });
}
