import type { Item, WebhookResponse } from '@navette/contracts';
import type { Awaited, Started } from '@navette/engine';
import { decodeId, encodeId } from '@navette/kit';
import type { ArtifactRepository } from '@navette/store';
import type { FastifyReply } from 'fastify';
import { apiErrors } from '../http/api-error.ts';
import { encodeProblem, problemMediaType } from '../http/problem.ts';

/**
 * A workflow may answer with a page. In a sandbox without our origin, its scripts run, but not as the person who is
 * signed in here.
 */
const sandbox = 'sandbox allow-downloads allow-forms allow-modals allow-popups allow-scripts';

/** These belong to the server; a workflow can't set them. */
const ownHeaders = new Set([
  'connection',
  'content-length',
  'content-security-policy',
  'clear-site-data',
  'date',
  'keep-alive',
  'service-worker-allowed',
  'set-cookie',
  'strict-transport-security',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-content-type-options',
]);

/**
 * Sends the answer that a node of the workflow made. Gives nothing when it is on its way: a reply is a promise of sorts,
 * and whoever gives it from an async function waits for it.
 */
export function sendResponse(
  reply: FastifyReply,
  response: WebhookResponse,
  files: { artifacts: ArtifactRepository; projectId: string },
): Promise<FastifyReply> | undefined {
  reply.code(response.status);
  for (const name in response.headers) {
    if (!ownHeaders.has(name.toLowerCase())) reply.header(name, response.headers[name]);
  }
  reply.header('content-security-policy', sandbox).header('x-content-type-options', 'nosniff');
  const { body } = response;
  switch (body.kind) {
    case 'json':
      if (!reply.hasHeader('content-type')) reply.header('content-type', 'application/json; charset=utf-8');
      reply.send(JSON.stringify(body.value));
      return undefined;
    case 'text':
      reply.header('content-type', body.mediaType).send(body.value);
      return undefined;
    case 'binary':
      return sendFile(reply, body, files);
    case 'empty':
      reply.send();
      return undefined;
  }
}

async function sendFile(
  reply: FastifyReply,
  { artifactId, mediaType }: Extract<WebhookResponse['body'], { kind: 'binary' }>,
  { artifacts, projectId }: { artifacts: ArtifactRepository; projectId: string },
): Promise<FastifyReply> {
  const row = await artifacts.read(projectId, decodeId('artifact', artifactId) ?? '');
  reply.header('content-type', mediaType).header('content-length', row.sizeBytes);
  return reply.send(await artifacts.openContent(row));
}

/** The answers that need no node: that it was taken, or what it gave. */
export function sendStarted(reply: FastifyReply, started: Started, status: number): void {
  sendJson(reply, status, { executionId: encodeId('execution', started.executionId) });
}

export function sendItems(reply: FastifyReply, items: readonly Item[], status: number): void {
  sendJson(
    reply,
    status,
    items.map((item) => item.json),
  );
}

/** Says that it failed and under which id, and nothing of why. */
export function sendFailure(reply: FastifyReply, ended: Awaited): void {
  const { problem } = encodeProblem(apiErrors.create('WEBHOOK_FAILED'), reply.request.id);
  const executionId = encodeId('execution', ended.executionId);
  reply
    .code(problem.status)
    .header('content-type', problemMediaType)
    .send(JSON.stringify({ ...problem, executionId }));
}

function sendJson(reply: FastifyReply, status: number, value: unknown): void {
  reply.code(status).header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(value));
}
