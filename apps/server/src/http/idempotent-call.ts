import { createHash } from 'node:crypto';
import type { Route } from '@navette/contracts';
import { hashContent, type JsonObject } from '@navette/kit';
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
  /** What a multipart body came to: two requests are the same when this is. */
  content?: JsonObject,
) => Promise<Body>;

interface CallOptions {
  repositories: Pick<Repositories, 'creates' | 'idempotency'>;
  route: Route;
  key: string;
  caller: Caller;
  input: ValidInput;
  reply: FastifyReply;
}

/**
 * Runs `work`, and keeps its answer: a repeat within 24 hours gets it. Refused and failed calls free the key. While the first
 * is at work, or its process has died of it, a repeat is run as well; that it makes nothing a second time is up to `work`.
 */
export async function callOnce(
  options: CallOptions,
  work: (answerOnce: AnswerOnce) => Promise<unknown>,
): Promise<unknown> {
  const { route } = options;
  const { creates, idempotency } = options.repositories;
  const call = new KeyedCall(options);
  // What a multipart body holds is known when all of it was read.
  const isKnownLate = route.bodyKind === 'multipart';
  try {
    if (!isKnownLate && (await call.claim(toRequest(options, undefined)))) return call.body;
    const body = await work(async (create, content) => {
      if (isKnownLate && (await call.claim(toRequest(options, content)))) return call.body as never;
      const made = await creates.runOnce(call.request!, options.reply.statusCode, create);
      return call.keep(made);
    });
    if (call.isKept || !call.request) return body;
    await idempotency.complete(call.request, { status: options.reply.statusCode, body });
    return body;
  } catch (error) {
    await call.release();
    throw error;
  }
}

/** What has become of the key of one call. */
class KeyedCall {
  readonly #options: CallOptions;
  request: IdempotentRequest | undefined;
  isKept = false;
  body: unknown;
  #isFirst = false;

  constructor(options: CallOptions) {
    this.#options = options;
  }

  /** Whether the request was answered before. */
  async claim(request: IdempotentRequest): Promise<boolean> {
    const { reply, repositories } = this.#options;
    const claim = await repositories.idempotency.claim(request);
    this.request = request;
    this.#isFirst = claim.is === 'first';
    if (claim.is !== 'answered') return false;
    reply.code(claim.answer.status);
    this.keep({ isRepeat: true, body: claim.answer.body });
    return true;
  }

  keep<T>({ body, isRepeat }: { body: T; isRepeat: boolean }): T {
    this.isKept = true;
    this.body = body;
    if (isRepeat) this.#options.reply.header(replayedHeader, 'true');
    return body;
  }

  async release(): Promise<void> {
    if (this.#isFirst && this.request) await this.#options.repositories.idempotency.release(this.request);
  }
}

function toRequest({ caller, input, key, route }: CallOptions, content: unknown): IdempotentRequest {
  const isPersonal = route.idempotent === 'personal';
  // Another caller may have fewer scopes than the answer gives.
  const fingerprint = { ...input, content, ...(isPersonal ? { actor: caller.actor } : {}) };
  return {
    projectId: caller.project.id,
    route: route.id,
    key,
    requestSha256: createHash('sha256').update(hashContent(fingerprint)).digest(),
    isSealed: isPersonal,
  };
}
