import type { Route, RouteAnswer, RouteRequest } from '@navette/contracts';
import { createNetworkProblem, parseProblem } from './api-problem.ts';

type Request<R extends Route> = RouteRequest<R>;
type RequiredParts<R extends Route> = {
  [K in keyof Request<R>]-?: undefined extends Request<R>[K]
    ? never
    : object extends Request<R>[K]
      ? never
      : K;
}[keyof Request<R>];
type OptionalParts<R extends Route> = Exclude<
  { [K in keyof Request<R>]-?: [Request<R>[K]] extends [undefined] ? never : K }[keyof Request<R>],
  RequiredParts<R>
>;

/** What to send: only the parts that the route has, and a part only when it can't be left out. */
export type ClientRequest<R extends Route> = { [K in RequiredParts<R>]: Request<R>[K] } & {
  [K in OptionalParts<R>]?: Request<R>[K];
};

export interface CallOptions {
  signal?: AbortSignal;
  /** Makes a repeat of the same create harmless. */
  idempotencyKey?: string;
  /** The file of a multipart route. */
  file?: File;
}

type CallArguments<R extends Route> =
  object extends ClientRequest<R>
    ? [request?: ClientRequest<R>, options?: CallOptions]
    : [request: ClientRequest<R>, options?: CallOptions];

interface LooseRequest {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/**
 * Calls a route of the contracts and gives its answer, or throws an `ApiProblem`.
 * @example const { items } = await callRoute(routes.listWorkflows, { query: { search: 'weather' } });
 */
export async function callRoute<R extends Route>(
  route: R,
  ...[request, options = {}]: CallArguments<R>
): Promise<RouteAnswer<R>> {
  const parts = (request ?? {}) as LooseRequest;
  const response = await send(route, parts, options);
  if (!response.ok) throw await parseProblem(response);
  if (route.responseKind !== 'json') return undefined as RouteAnswer<R>;
  return (await response.json()) as RouteAnswer<R>;
}

/** The address of a route, for links, downloads and event streams. Undefined query values are left out. */
export function formatRouteUrl<R extends Route>(
  route: R,
  request: Pick<ClientRequest<R>, Extract<keyof ClientRequest<R>, 'params' | 'query'>>,
): string {
  return formatUrl(route, request as LooseRequest);
}

function formatUrl(route: Route, { params = {}, query = {} }: LooseRequest): string {
  const path = route.path.replace(/:([A-Za-z]+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined || value === '') throw new Error(`${route.id} needs the parameter ${name}`);
    return encodeURIComponent(String(value));
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

async function send(route: Route, parts: LooseRequest, options: CallOptions): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  let body: string | FormData | undefined;
  if (options.file) {
    body = new FormData();
    body.set('file', options.file, options.file.name);
  } else if (parts.body !== undefined) {
    headers['content-type'] = 'application/json';
    body = JSON.stringify(parts.body);
  }
  if (options.idempotencyKey) headers['idempotency-key'] = options.idempotencyKey;
  try {
    return await fetch(formatUrl(route, parts), {
      method: route.method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw createNetworkProblem();
  }
}
