/**
 * `/resume/<token>`: ends the wait of one step with a request, once.
 *
 * 1. The token is looked at before the body is read. Whatever was not signed here gets the same answer.
 * 2. GET shows the same page whatever the token is and changes nothing.
 * 3. Of all requests with one token, one is taken (the store sees to that); a repeat of it, with the same Idempotency-Key
 *    and content, gets the same answer, every other one a 409.
 */
import { createUuid, type JsonObject, NavetteError } from '@navette/kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServerServices } from '../api/server-services.ts';
import { apiErrors } from '../http/api-error.ts';
import { readIdempotencyKey } from '../http/idempotent-call.ts';
import { requestIdHeader } from '../http/request-id.ts';
import type { LinkClaims } from '../links/link-token.ts';
import { resumePrefix } from '../links/links.ts';
import { type ResumePage, renderResumePage, resumePageHeaders } from './resume-page.ts';
import { createWebhookItem, hashRequest, readPairs } from './webhook-item.ts';

/** In a scope that leaves bodies as they are (see webhook-ingress.ts). */
export function registerResume(app: FastifyInstance, services: ServerServices): void {
  const ingress = new ResumeIngress(services);
  const url = `${resumePrefix}*`;
  const bodyLimit = services.settings.webhookLimitBytes;
  app.route({
    method: 'POST',
    url,
    bodyLimit,
    onRequest: (request) => ingress.admit(request),
    errorHandler: (error, request, reply) => {
      if (!NavetteError.is(error) || !wantsPage(request)) throw error;
      return sendPage(reply.code(error.status), 'gone');
    },
    handler: (request, reply) => ingress.resume(request, reply),
  });
  app.route({
    method: ['GET', 'HEAD'],
    url,
    exposeHeadRoute: false,
    handler: (_request, reply) => sendPage(reply.code(200), 'ask'),
  });
  app.route({
    method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url,
    bodyLimit,
    handler: (request, reply) => refuseMethod(request, reply),
  });
}

class ResumeIngress {
  readonly #services: ServerServices;
  readonly #claims = new WeakMap<FastifyRequest, LinkClaims>();

  constructor(services: ServerServices) {
    this.#services = services;
  }

  /** Throws RESUME_NOT_FOUND, RESUME_EXPIRED, RESUME_USED or RESUME_ENDED. */
  async admit(request: FastifyRequest): Promise<void> {
    const { links, repositories } = this.#services;
    const token = request.raw.url!.slice(resumePrefix.length).split('?', 1)[0]!;
    const claims = await links.read('resume', token);
    if (claims === undefined) throw apiErrors.create('RESUME_NOT_FOUND');
    if (claims.expiresAt <= Date.now()) throw apiErrors.create('RESUME_EXPIRED');
    this.#claims.set(request, claims);
    // A repeat may be one of a request that was taken: the store knows it by its key.
    if (readIdempotencyKey(request) !== undefined) return;
    const { projectId, executionId, path } = claims;
    assertOpen(await repositories.messages.readChannel(projectId, executionId, `resume:${path}`));
  }

  async resume(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { projectId, executionId, path } = this.#claims.get(request)!;
    const { engine, repositories, settings } = this.#services;
    const item = await createWebhookItem({
      request,
      // Not the one that was called: the token is nobody else's business.
      path: '/resume',
      params: {},
      query: readQuery(request),
      rawBody: false,
      projectId,
      artifacts: repositories.artifacts,
      limitBytes: settings.webhookLimitBytes,
      secretHeaders: ['referer'],
    });
    const key = readIdempotencyKey(request);
    const { outcome } = await engine.post.deliver({
      id: createUuid(),
      projectId,
      to: { executionId },
      channel: `resume:${path}`,
      once: true,
      body: { kind: 'items', items: [item] },
      // With the content: the same key with another one is no repeat, and comes second.
      idempotencyKey: key === undefined ? null : `resume:${path}:${key}:${hashRequest(item)}`,
    });
    if (outcome !== 'delivered' && outcome !== 'duplicate') assertOpen(outcome);
    reply.header(requestIdHeader, request.id);
    if (wantsPage(request)) return sendPage(reply.code(200), 'done');
    return reply
      .code(200)
      .header('content-type', 'application/json; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(JSON.stringify({ resumed: true }));
  }
}

function assertOpen(state: string): void {
  if (state === 'open') return;
  if (state === 'used') throw apiErrors.create('RESUME_USED');
  throw apiErrors.create(state === 'ended' ? 'RESUME_ENDED' : 'RESUME_NOT_FOUND');
}

function readQuery(request: FastifyRequest): JsonObject {
  const mark = request.raw.url!.indexOf('?');
  return mark < 0 ? {} : readPairs(new URLSearchParams(request.raw.url!.slice(mark + 1)));
}

/** A person with a browser, not a program. */
function wantsPage(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').includes('text/html');
}

function sendPage(reply: FastifyReply, page: ResumePage): FastifyReply {
  return reply.headers(resumePageHeaders).send(renderResumePage(page));
}

function refuseMethod(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const allowed = 'GET, HEAD, POST';
  reply.header('allow', `${allowed}, OPTIONS`);
  if (request.method === 'OPTIONS') return reply.code(204).send();
  const params = { path: `${resumePrefix}…`, method: request.method, allowed };
  throw apiErrors.create('ROUTE_METHOD', { params });
}
