import { httpErrors } from './errors.ts';

/** Headers as callers give them. A list sends the header once per value; undefined leaves it out. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Checked headers by lower-case name; `name` keeps the spelling that is sent. */
export type HeaderMap = Map<string, { name: string; values: readonly string[] }>;

const maxHeaderBytes = 32_768;
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The connection belongs to the client: who sets these could smuggle a second request or reach another host. */
const ownedByClient = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What may follow a redirect to another origin. Anything else may be a credential by any name (X-Api-Key, …). */
const harmlessElsewhere = new Set([
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'content-encoding',
  'content-language',
  'content-type',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'pragma',
  'prefer',
  'range',
  'user-agent',
]);

/**
 * Checks names and values and adds the defaults. Of two spellings of one name the later wins.
 * @throws HTTP_INVALID_HEADER
 */
export function parseRequestHeaders(headers: RequestHeaders, defaults: RequestHeaders): HeaderMap {
  const map: HeaderMap = new Map();
  let bytes = 0;
  for (const [name, value] of [...Object.entries(defaults), ...Object.entries(headers)]) {
    if (value === undefined) continue;
    const values = typeof value === 'string' ? [value] : value;
    assertHeader(name, values);
    bytes += values.reduce((sum, each) => sum + name.length + each.length + 4, 0);
    map.set(name.toLowerCase(), { name, values });
  }
  if (bytes > maxHeaderBytes) throw invalid('*', `all headers together exceed ${maxHeaderBytes} bytes`);
  return map;
}

/** The flat [name, value, name, value, …] list that goes on the wire. */
export function encodeHeaders(headers: HeaderMap): string[] {
  return [...headers.values()].flatMap(({ name, values }) => values.flatMap((value) => [name, value]));
}

/** The headers that may go to another origin after a redirect. */
export function headersForOtherOrigin(headers: HeaderMap): HeaderMap {
  return new Map([...headers].filter(([key]) => harmlessElsewhere.has(key)));
}

/** The headers of a request that lost its body to a redirect. */
export function headersWithoutBody(headers: HeaderMap): HeaderMap {
  return new Map([...headers].filter(([key]) => !key.startsWith('content-')));
}

function assertHeader(name: string, values: readonly string[]): void {
  if (!token.test(name))
    throw invalid(name.replace(/[^\x20-\x7e]/g, '?').slice(0, 80), 'the name is not valid');
  if (ownedByClient.has(name.toLowerCase())) throw invalid(name, 'the client sets it itself');
  for (const value of values) {
    if (typeof value !== 'string') throw invalid(name, 'its value is not text');
    if (/[\r\n]/.test(value)) throw invalid(name, 'its value holds a line break');
    if (!fieldValue.test(value)) throw invalid(name, 'its value holds a character that headers cannot carry');
  }
}

function invalid(name: string, reason: string) {
  return httpErrors.create('HTTP_INVALID_HEADER', { params: { name, reason } });
}
