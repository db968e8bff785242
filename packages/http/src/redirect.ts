import { httpErrors } from './errors.ts';
import { redactUrl } from './redact-url.ts';
import { type HeaderMap, headersForOtherOrigin, headersWithoutBody } from './request-headers.ts';
import { parseTargetUrl } from './target-url.ts';

/** One request on the wire. A followed redirect makes a chain of them. */
export interface Hop {
  method: string;
  url: URL;
  headers: HeaderMap;
  body: Uint8Array | undefined;
}

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** The Location of a response that is a redirect; undefined for any other, or when it names no place to go. */
export function locationOf(status: number, location: string | undefined): string | undefined {
  if (!redirectStatuses.has(status) || location === undefined || location === '') return undefined;
  // Headers arrive as Latin-1; a Location with raw non-ASCII bytes means UTF-8.
  return Buffer.from(location, 'latin1').toString('utf8');
}

/**
 * The request that follows a redirect, after the fetch standard: 303 (and 301, 302 of a POST) becomes a GET without
 * body, 307 and 308 repeat everything. To another origin only harmless headers go along, and what may be secret is
 * never taken from https to http.
 * @throws HTTP_INVALID_URL, HTTP_REDIRECT
 */
export function createNextHop(hop: Hop, status: number, location: string): Hop {
  const url = parseTargetUrl(location, hop.url);
  const next: Hop = { ...hop, url };
  const becomesGet =
    status === 303 ? hop.method !== 'GET' && hop.method !== 'HEAD' : status <= 302 && hop.method === 'POST';
  if (becomesGet) {
    next.method = 'GET';
    next.body = undefined;
    next.headers = headersWithoutBody(next.headers);
  }
  if (url.origin === hop.url.origin) return next;

  const kept = headersForOtherOrigin(next.headers);
  const isDowngrade = hop.url.protocol === 'https:' && url.protocol === 'http:';
  if (isDowngrade && (kept.size < next.headers.size || next.body !== undefined))
    throw httpErrors.create('HTTP_REDIRECT', {
      params: {
        url: redactUrl(hop.url),
        reason:
          'it leads from https to unencrypted http, and the request holds headers or a body that may be secret',
      },
    });
  next.headers = kept;
  return next;
}
