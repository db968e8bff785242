import type { z } from 'zod';
import type { Scope } from './resources.ts';

/**
 * Who may call. public: anyone. setup: anyone, while no owner exists. signed-in: any person or key.
 * metrics: a bearer of the metrics token, or the owner of the server in person; nobody else, whatever their scopes.
 * owner: the owner of the server, in person or by a key of theirs that may run executions; whatever their role elsewhere.
 * A scope: a person whose role has it, or an API key that was given it. Required, so that no route is open by omission.
 */
export type Access = 'public' | 'setup' | 'signed-in' | 'metrics' | 'owner' | { scope: Scope };

export type ResponseKind = 'json' | 'empty' | 'text' | 'events' | 'binary';

/** One HTTP route as a value: the server registers it, clients and OpenAPI derive from it. */
export interface Route {
  /** Unique camelCase operation id. */
  id: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Fastify form: "/api/v1/workflows/:workflowId". */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  access: Access;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** "multipart": one file part named "file". */
  bodyKind?: 'json' | 'multipart';
  /** Success status. */
  status: number;
  responseKind: ResponseKind;
  response?: z.ZodType;
  /**
   * Honours the `Idempotency-Key` header: a repeat within 24 h gets the first answer. What the handler makes is stored under
   * the key itself, or through `answerOnce` together with the answer, so that two at work at once make one, and nobody has
   * to wait for a process that may be dead. personal: the answer is for the caller alone, so that another caller's repeat
   * is refused, and it is kept sealed. A multipart body is known by the content that the handler gives to `answerOnce`.
   */
  idempotent?: true | 'personal';
  /** Error codes beyond those that every route can give. */
  errors?: readonly string[];
}

/** Keeps the literal types of the route, so that callers infer their params, body and response. */
export function defineRoute<const R extends Route>(route: R): R {
  return route;
}

type Parsed<T> = T extends z.ZodType ? z.output<T> : undefined;
type Given<T> = T extends z.ZodType ? z.input<T> : undefined;

/** What a handler gets, after validation. */
export type RouteInput<R extends Route> = {
  params: Parsed<R['params']>;
  query: Parsed<R['query']>;
  body: Parsed<R['body']>;
};
/** What a client sends. */
export type RouteRequest<R extends Route> = {
  params: Given<R['params']>;
  query: Given<R['query']>;
  body: Given<R['body']>;
};
/** What a JSON route answers. */
export type RouteOutput<R extends Route> = R['response'] extends z.ZodType
  ? z.input<R['response']>
  : undefined;
/** What a client reads: the answer of a JSON route with every default filled in. */
export type RouteAnswer<R extends Route> = Parsed<R['response']>;
