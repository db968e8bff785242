import { createHash } from 'node:crypto';
import type { Route } from '@navette/contracts';
import { hashContent } from '@navette/kit';
import type { IdempotencyRepository, IdempotentRequest } from '@navette/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { apiErrors } from './api-error.ts';
import type { Caller } from './caller.ts';
import type { ValidInput } from './validate-request.ts';

/** The `Idempotency-Key` of a request. Throws REQUEST_INVALID when it is not 1 to 255 visible ASCII characters. */
export function readIdempotencyKey(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  const message = 'must be 1 to 255 visible ASCII characters';
  throw apiErrors.create('REQUEST_INVALID', { issues: [{ path: '/headers/idempotency-key', message }] });
}

/** Runs `work` once per key: a repeat within 24 hours gets the first answer. Refused and failed calls free the key. */
export async function callOnce(
  options: {
    repository: IdempotencyRepository;
    route: Route;
    key: string;
    caller: Caller;
    input: ValidInput;
    reply: FastifyReply;
  },
  work: () => Promise<unknown>,
): Promise<unknown> {
  const { repository, route, key, caller, input, reply } = options;
  const claim: IdempotentRequest = {
    projectId: caller.project.id,
    route: route.id,
    key,
    requestSha256: createHash('sha256').update(hashContent(input)).digest(),
  };
  const stored = await repository.claim(claim);
  if (stored !== undefined) {
    reply.code(stored.status).header('idempotency-replayed', 'true');
    return stored.body;
  }
  let body: unknown;
  try {
    body = await work();
  } catch (error) {
    await repository.release(claim);
    throw error;
  }
  await repository.complete(claim, { status: reply.statusCode, body });
  return body;
}
