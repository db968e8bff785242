import type { Route, RouteOutput, RouteRequest } from '@navette/contracts';
import { isRecord } from '@navette/kit';
import { cliErrors } from '../errors.ts';
import { Interrupted } from '../interrupted.ts';
import { parseProblem } from './api-problem.ts';

/** What to send: the parts that the route has, each as the route's schema takes it. */
export type ApiRequest<R extends Route> = Partial<RouteRequest<R>>;

export interface ApiOptions {
  signal?: AbortSignal | undefined;
  /** Makes a repeat of the same create harmless. */
  idempotencyKey?: string;
  headers?: Readonly<Record<string, string>>;
}

export interface ApiClient {
  /** "http://127.0.0.1:4600" */
  readonly url: string;
  /** Calls a route and gives its answer. Throws ApiProblem, CLI_UNREACHABLE, CLI_RESPONSE_INVALID, Interrupted. */
  call<R extends Route>(route: R, request?: ApiRequest<R>, options?: ApiOptions): Promise<RouteOutput<R>>;
  /** Calls a route whose answer is read by the caller: events, bytes. Throws like `call`. */
  open<R extends Route>(route: R, request?: ApiRequest<R>, options?: ApiOptions): Promise<Response>;
}

/**
 * The public API, typed by the routes of the contracts.
 * @example const { items } = await createApiClient({ url, headers }).call(routes.listWorkflows, { query: { search: 'weather' } });
 */
export function createApiClient(options: {
  url: string;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
}): ApiClient {
  const { url } = options;
  const open: ApiClient['open'] = async (route, request, callOptions = {}) => {
    const signals = [options.signal, callOptions.signal].filter((signal) => signal !== undefined);
    const response = await send({
      route,
      url,
      request: (request ?? {}) as LooseRequest,
      headers: { ...options.headers, ...callOptions.headers },
      idempotencyKey: callOptions.idempotencyKey,
      signal: signals.length > 0 ? AbortSignal.any(signals) : undefined,
    });
    if (!response.ok) throw await parseProblem(response, url);
    return response;
  };
  return {
    url,
    open,
    async call(route, request, callOptions) {
      const response = await open(route, request, callOptions);
      type Output = RouteOutput<typeof route>;
      if (route.responseKind === 'empty') return undefined as Output;
      try {
        const body: unknown = await response.json();
        if (isRecord(body)) return body as Output;
      } catch (error) {
        if (callOptions?.signal?.aborted || options.signal?.aborted) throw new Interrupted();
        if (!(error instanceof SyntaxError)) throw createUnreachable(url, error);
      }
      throw cliErrors.create('CLI_RESPONSE_INVALID', { params: { url, status: response.status } });
    },
  };
}

interface LooseRequest {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** The path and query of a route. Undefined query values are left out. */
export function formatRoutePath(route: Route, { params = {}, query = {} }: LooseRequest): string {
  const path = route.path.replace(/:([A-Za-z]+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined || value === '') throw new Error(`${route.id} needs the parameter ${name}`);
    return encodeURIComponent(String(value));
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search.size === 0 ? path : `${path}?${search}`;
}

async function send(call: {
  route: Route;
  url: string;
  request: LooseRequest;
  headers: Readonly<Record<string, string>>;
  idempotencyKey: string | undefined;
  signal: AbortSignal | undefined;
}): Promise<Response> {
  const { route, url, request, idempotencyKey, signal } = call;
  const headers: Record<string, string> = { accept: 'application/json', ...call.headers };
  if (request.body !== undefined) headers['content-type'] = 'application/json';
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
  try {
    return await fetch(url + formatRoutePath(route, request), {
      method: route.method,
      headers,
      // A redirect could carry the key elsewhere.
      redirect: 'manual',
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw new Interrupted();
    throw createUnreachable(url, error);
  }
}

/** Node hides what went wrong with the connection in the cause. */
export function createUnreachable(url: string, thrown: unknown) {
  const causes: unknown[] = [];
  for (let at: unknown = thrown; at !== undefined && causes.length < 5; at = readCause(at)) causes.push(at);
  const system = causes.find((one) => isRecord(one) && typeof one['code'] === 'string');
  const code = isRecord(system) ? String(system['code']) : '';
  const detail = words.get(code) ?? (code || (thrown instanceof Error ? thrown.message : String(thrown)));
  return cliErrors.create('CLI_UNREACHABLE', { params: { url, detail }, cause: thrown });
}

function readCause(thrown: unknown): unknown {
  if (thrown instanceof AggregateError) return thrown.errors[0];
  return thrown instanceof Error ? thrown.cause : undefined;
}

const words = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ECONNRESET', 'the connection was cut'],
  ['UND_ERR_SOCKET', 'the connection was cut'],
  ['ENOTFOUND', 'there is no host of that name'],
  ['EAI_AGAIN', 'the name of the host could not be looked up'],
  ['ETIMEDOUT', 'it took too long'],
  ['UND_ERR_CONNECT_TIMEOUT', 'it took too long'],
  ['EHOSTUNREACH', 'there is no way to that host'],
]);
