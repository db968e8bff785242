import { httpErrors } from './errors.ts';
import type { Hop } from './redirect.ts';
import { encodeRequestBody, type RequestBody } from './request-body.ts';
import { parseRequestHeaders, type RequestHeaders } from './request-headers.ts';
import { parseTargetUrl } from './target-url.ts';

/** One outbound request as nodes describe it. */
export interface GuardedRequest {
  /** Default GET. CONNECT and TRACE are refused. */
  method?: string | undefined;
  /** Absolute http(s) URL without user name and password. */
  url: string | URL;
  headers?: RequestHeaders | undefined;
  body?: RequestBody | undefined;
  /** For everything together: queueing, name, connection, redirects, headers, body. Default: of the client. */
  timeoutMs?: number | undefined;
  /** Of the decoded body. Can only lower the limit of the client. */
  maxResponseBytes?: number | undefined;
  /** `follow` (default), `manual` gives the redirect response itself, `error` throws HTTP_REDIRECT. */
  redirect?: 'follow' | 'manual' | 'error' | undefined;
  /** Can only lower the limit of the client. */
  maxRedirects?: number | undefined;
  /**
   * The only hosts this request and its redirects may call (host rules, see `parseHostRule`); the hosts a credential is
   * bound to. Undefined: any host; an empty list: none. It never opens a private address.
   */
  allowedHosts?: readonly string[] | undefined;
  /**
   * Told of each hop before it is made, redirects included; what it throws ends the request. It can refuse what would be
   * allowed, never the reverse.
   */
  onHop?: ((hop: { method: string; host: string; port: number }) => void) | undefined;
  /** Ends the request with HTTP_ABORTED. */
  signal?: AbortSignal | undefined;
  /** Who makes it, for the lines that are logged about it. */
  logFields?: object | undefined;
  /** A file is wanted: the server is asked not to compress it (what it compresses anyway is still decoded). */
  expectBinary?: boolean | undefined;
}

const userAgent = 'Navette';
const longestTimeoutMs = 2_147_483_647;

/** @throws HTTP_INVALID_URL, HTTP_INVALID_HEADER, HTTP_INVALID_REQUEST */
export function parseFirstHop(request: GuardedRequest): Hop {
  const method = parseMethod(request.method ?? 'GET');
  const url = parseTargetUrl(request.url);
  const body = request.body === undefined ? undefined : encodeRequestBody(request.body);
  const headers = parseRequestHeaders(request.headers ?? {}, {
    accept: '*/*',
    'accept-encoding': request.expectBinary ? 'identity' : 'gzip, deflate, br',
    'user-agent': userAgent,
    'content-type': body?.contentType,
  });
  // Only the encoder knows the boundary.
  if (body?.isMultipart) headers.set('content-type', { name: 'content-type', values: [body.contentType!] });
  return { method, url, headers, body: body?.bytes };
}

/** @throws HTTP_INVALID_REQUEST */
export function assertTimeout(name: string, timeoutMs: number): number {
  if (Number.isInteger(timeoutMs) && timeoutMs >= 1 && timeoutMs <= longestTimeoutMs) return timeoutMs;
  throw invalid(`${name} is not a whole number of milliseconds from 1 to ${longestTimeoutMs}`);
}

/** A limit of the request, never above the one of the client. @throws HTTP_INVALID_REQUEST */
export function lowerLimit(name: string, wanted: number | undefined, ceiling: number): number {
  return wanted === undefined ? ceiling : Math.min(assertCount(name, wanted), ceiling);
}

/** @throws HTTP_INVALID_REQUEST */
export function assertCount(name: string, count: number): number {
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw invalid(`${name} is not a whole number from 0`);
}

function parseMethod(text: string): string {
  const method = text.toUpperCase();
  if (!/^[A-Z][A-Z0-9_-]{0,31}$/.test(method)) throw invalid('the method is not an HTTP method');
  if (method === 'CONNECT' || method === 'TRACE') throw invalid(`the method ${method} is not supported`);
  return method;
}

function invalid(reason: string) {
  return httpErrors.create('HTTP_INVALID_REQUEST', { params: { reason } });
}
