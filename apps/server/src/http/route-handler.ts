import type { Route, RouteId, RouteInput, RouteOutput, routes } from '@navette/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from './caller.ts';
import type { AnswerOnce } from './idempotent-call.ts';

/** What a handler gets: the validated input, and who asks (open routes have nobody). */
export type HandlerContext<R extends Route> = RouteInput<R> & {
  caller: R['access'] extends 'public' | 'setup' | 'metrics' ? undefined : Caller;
  request: FastifyRequest;
  /** For headers and another status; handlers of `events` and `binary` routes send through it. */
  reply: FastifyReply;
  /** The `Idempotency-Key` of this request, on routes that honour it. */
  idempotencyKey: string | undefined;
  answerOnce: AnswerOnce;
};

export type RouteHandler<R extends Route> = (
  context: HandlerContext<R>,
) => Promise<RouteOutput<R>> | RouteOutput<R>;

/** One handler for each route of the contract: a route without one does not compile. */
export type RouteHandlers = { [Id in RouteId]: RouteHandler<(typeof routes)[Id]> };

/** The handler of any route, as the registration sees it. */
export type AnyHandler = (context: {
  params: unknown;
  query: unknown;
  body: unknown;
  caller: Caller | undefined;
  request: FastifyRequest;
  reply: FastifyReply;
  idempotencyKey: string | undefined;
  answerOnce: AnswerOnce;
}) => Promise<unknown> | unknown;
