import { createHash } from 'node:crypto';
import type { Route } from '@navette/contracts';
import { hashContent } from '@navette/kit';
import type { CreatingRepositories, IdempotentRequest, Repositories } from '@navette/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { apiErrors } from './api-error.ts';
import type { Caller } from './caller.ts';
import type { ValidInput } from './validate-request.ts';

const replayedHeader = 'idempotency-replayed';

/** The `Idempotency-Key` of a request. Throws REQUEST_INVALID when it is not 1 to 255 visible ASCII characters. */
export function readIdempotencyKey(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  const message = 'must be 1 to 255 visible ASCII characters';
  throw apiErrors.create('REQUEST_INVALID', { issues: [{ path: '/headers/idempotency-key', message }] });
}

/**
 * Makes something together with the answer that is kept under the key of the request: both or neither, and once for each
 * key. Without a key it is a transaction. `create` may begin several times, and gives what is answered.
 */
export type AnswerOnce = <Body>(
  create: (repositories: CreatingRepositories) => Promise<Body>,
) => Promise<Body>;

/**
 * Runs `work`, and keeps its answer: a repeat within 24 hours gets it. Refused and failed calls free the key. While the first
 * is at work, or its process has died of it, a repeat is run as well; that it makes nothing a second time is up to `work`.
 */
export async function callOnce(
  options: {
    repositories: Pick<Repositories, 'creates' | 'idempotency'>;
    route: Route;
    key: string;
    caller: Caller;
    input: ValidInput;
    reply: FastifyReply;
  },
  work: (answerOnce: AnswerOnce) => Promise<unknown>,
): Promise<unknown> {
  const { repositories, route, key, caller, input, reply } = options;
  const { creates, idempotency } = repositories;
  const request: IdempotentRequest = {
    projectId: caller.project.id,
    route: route.id,
    key,
    requestSha256: createHash('sha256').update(hashContent(input)).digest(),
  };
  const claim = await idempotency.claim(request);
  if (claim.is === 'answered') {
    reply.code(claim.answer.status).header(replayedHeader, 'true');
    return claim.answer.body;
  }
  let isKept = false;
  let body: unknown;
  try {
    body = await work(async (create) => {
      const made = await creates.runOnce(request, reply.statusCode, create);
      isKept = true;
      if (made.isRepeat) reply.header(replayedHeader, 'true');
      return made.body;
    });
  } catch (error) {
    if (claim.is === 'first') await idempotency.release(request);
    throw error;
  }
  if (!isKept) await idempotency.complete(request, { status: reply.statusCode, body });
  return body;
}
