/**
 * `/webhook/*`: starts the workflow that answers the address.
 *
 * The hot path of the product, so a request costs a look-up in memory, the parsing of its body and one commit: no
 * schema, no query of its own, no hooks.
 */
import { isTerminal } from '@navette/contracts';
import { type Awaited, engineErrors, type StartRequest } from '@navette/engine';
import { encodeId, type JsonObject } from '@navette/kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServerServices } from '../api/server-services.ts';
import { apiErrors } from '../http/api-error.ts';
import { readIdempotencyKey } from '../http/idempotent-call.ts';
import { requestIdHeader } from '../http/request-id.ts';
import { CallerPatience } from './caller-patience.ts';
import type { LiveTarget } from './live-target.ts';
import { sendFailure, sendItems, sendResponse, sendStarted } from './webhook-answer.ts';
import { WebhookAuth } from './webhook-auth.ts';
import { createWebhookItem, hashRequest, readPairs } from './webhook-item.ts';
import type { WebhookMatch } from './webhook-router.ts';
import type { WebhookTable } from './webhook-table.ts';

const prefix = '/webhook/';
const noNames: readonly string[] = [];

export function registerWebhooks(app: FastifyInstance, services: ServerServices, table: WebhookTable): void {
  const ingress = new WebhookIngress(services, table);
  app.removeAllContentTypeParsers();
  // Left on the stream: its files are stored as they come.
  app.addContentTypeParser('multipart/form-data', (_request, _payload, done) => done(null));
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.all(
    `${prefix}*`,
    { bodyLimit: services.settings.webhookLimitBytes, exposeHeadRoute: false },
    (request, reply) => ingress.handle(request, reply),
  );
}

class WebhookIngress {
  readonly #services: ServerServices;
  readonly #table: WebhookTable;
  readonly #auth: WebhookAuth;

  constructor(services: ServerServices, table: WebhookTable) {
    this.#services = services;
    this.#table = table;
    this.#auth = new WebhookAuth(services.repositories.credentials, services.nodes);
  }

  async handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    reply.header(requestIdHeader, request.id);
    const { path, search } = splitUrl(request.raw.url!);
    const known = this.#table.find(request.method, path);
    const match = known && 'webhook' in known ? known : await this.#findOther(request, reply, path, known);
    if (match === undefined) return undefined;
    const { webhook, params } = match;
    const target = await this.#table.targetOf(webhook);
    if (target === undefined) throw createNotFound(path);
    const query: JsonObject = search === '' ? {} : readPairs(new URLSearchParams(search));
    const secretHeaders = target.spec.authenticated
      ? await this.#authenticate(request, reply, target, query)
      : noNames;
    const { repositories, settings } = this.#services;
    const made = createWebhookItem({
      request,
      path: `/${path}`,
      params,
      query,
      rawBody: target.spec.rawBody,
      projectId: webhook.projectId,
      artifacts: repositories.artifacts,
      limitBytes: settings.webhookLimitBytes,
      secretHeaders,
    });
    const item = made instanceof Promise ? await made : made;
    const key = readIdempotencyKey(request);
    return this.#answer(reply, target, {
      projectId: webhook.projectId,
      version: target.version,
      triggerNodeId: target.nodeId,
      items: [item],
      mode: 'webhook',
      trace: this.#services.telemetry.traceParentOf(request),
      ...(key === undefined
        ? undefined
        : { idempotencyKey: `webhook:${target.nodeId}:${key}`, requestSha256: hashRequest(item) }),
    });
  }

  /** Undefined when the request was answered here: OPTIONS needs no workflow. */
  async #findOther(
    request: FastifyRequest,
    reply: FastifyReply,
    path: string,
    known: ReturnType<WebhookTable['find']>,
  ): Promise<WebhookMatch | undefined> {
    const { method } = request;
    const found = known ?? (await this.#table.findAgain(method, path));
    if (found === undefined) throw createNotFound(path);
    if ('webhook' in found) return found;
    const allowed = found.allowed.join(', ');
    reply.header('allow', `${allowed}, OPTIONS`);
    if (method !== 'OPTIONS')
      throw apiErrors.create('ROUTE_METHOD', { params: { path: `${prefix}${path}`, method, allowed } });
    reply.code(204).send();
    return undefined;
  }

  /** Gives the names of the headers that hold the secret. Throws WEBHOOK_UNAUTHORIZED. */
  async #authenticate(
    request: FastifyRequest,
    reply: FastifyReply,
    target: LiveTarget,
    query: JsonObject,
  ): Promise<readonly string[]> {
    const { headers } = request;
    const result = await this.#auth.check(target.version.projectId, target.credentialId, { headers, query });
    if (!result.allowed) {
      if (result.basic) reply.header('www-authenticate', 'Basic realm="webhook", charset="UTF-8"');
      throw apiErrors.create('WEBHOOK_UNAUTHORIZED');
    }
    for (const name of result.secretQuery) delete query[name];
    return result.secretHeaders;
  }

  async #answer(
    reply: FastifyReply,
    target: LiveTarget,
    start: StartRequest,
  ): Promise<FastifyReply | undefined> {
    const { engine, repositories } = this.#services;
    const { respond, responseStatus } = target.spec;
    if (respond === 'immediately') {
      const started = await engine.start(start);
      reply.header('navette-execution-id', encodeId('execution', started.executionId));
      sendStarted(reply, started, responseStatus);
      return undefined;
    }
    const until = respond === 'node' ? 'response' : 'finished';
    const ended = await this.#await(reply, until, start);
    if (ended === undefined) return undefined;
    reply.header('navette-execution-id', encodeId('execution', ended.executionId));
    if (ended.response && respond === 'node') {
      const files = { artifacts: repositories.artifacts, projectId: start.projectId };
      return sendResponse(reply, ended.response, files);
    }
    // Without an answer of its own it may be the twin of one that is still at work.
    if (ended.status === 'succeeded' && respond === 'finished')
      sendItems(reply, ended.items ?? [], responseStatus);
    else if (ended.status === 'succeeded') sendStarted(reply, ended, responseStatus);
    else if (!isTerminal(ended.status)) sendStarted(reply, ended, 202);
    else if (ended.error?.code === 'EXECUTION_SKIPPED') throw engineErrors.create('EXECUTION_SKIPPED');
    else sendFailure(reply, ended);
    return undefined;
  }

  /** The execution goes on either way. Undefined when the client has gone. @throws WEBHOOK_TIMEOUT */
  async #await(
    reply: FastifyReply,
    until: 'response' | 'finished',
    start: StartRequest,
  ): Promise<Awaited | undefined> {
    const { engine, settings } = this.#services;
    const patience = new CallerPatience(reply, until, settings.webhookTimeoutMs);
    try {
      const ended = await engine.startAndAwait(start, patience);
      if (!reply.raw.destroyed) return ended;
    } catch (error) {
      if (!patience.isOver) throw error;
      if (patience.isLate) throw apiErrors.create('WEBHOOK_TIMEOUT');
    } finally {
      patience.close();
    }
    reply.hijack();
    return undefined;
  }
}

function splitUrl(url: string): { path: string; search: string } {
  const mark = url.indexOf('?');
  const raw = mark < 0 ? url.slice(prefix.length) : url.slice(prefix.length, mark);
  return {
    path: raw.endsWith('/') ? raw.slice(0, -1) : raw,
    search: mark < 0 ? '' : url.slice(mark + 1),
  };
}

function createNotFound(path: string) {
  return apiErrors.create('WEBHOOK_NOT_FOUND', { params: { path: `${prefix}${path}` } });
}
