import { NavetteError } from '@navette/kit';
import { httpErrors } from './errors.ts';

type HttpCode = Parameters<typeof httpErrors.create>[0];

/** What codes of Node, undici, OpenSSL and zlib mean. First match wins; `system` errors are those of the OS. */
const tls =
  /^(ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|CRL_|ERROR_IN_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH_)/;
const system = /^(E[A-Z0-9]{2,}|UND_ERR_SOCKET|UND_ERR_INFO)$/;
const meanings: readonly [RegExp, HttpCode][] = [
  [tls, 'HTTP_TLS'],
  [system, 'HTTP_CONNECTION_LOST'],
  [/^UND_ERR_(CLOSED|DESTROYED)$/, 'HTTP_CLOSED'],
  [/^UND_ERR_(INVALID_ARG|NOT_SUPPORTED)$/, 'HTTP_INVALID_REQUEST'],
  [
    /^(HTTPParserError$|HPE_|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|Z_|ERR__ERROR|ERR_BROTLI)/,
    'HTTP_BAD_RESPONSE',
  ],
];
const connectMeanings: readonly [RegExp, HttpCode][] = [
  [tls, 'HTTP_TLS'],
  [system, 'HTTP_CONNECT'],
  [/^UND_ERR_CONNECT_TIMEOUT$/, 'HTTP_CONNECT'],
];

/**
 * The product's error for what kept a connection from being opened. The connector alone knows that nothing was sent:
 * the same ETIMEDOUT may also come from a connection in use.
 * @param origin of the URL
 */
export function toConnectError(thrown: unknown, origin: string): NavetteError {
  return NavetteError.is(thrown) ? thrown : createError(connectMeanings, reasonOf(thrown), origin);
}

/**
 * The product's error for whatever ended a request. The thrown value is not kept as the cause: parser and socket errors
 * carry pieces of the response and of the request.
 * @param url redacted
 */
export function toHttpError(thrown: unknown, url: string, maxHeaderBytes: number): NavetteError {
  if (NavetteError.is(thrown)) return thrown;
  const reason = reasonOf(thrown);
  if (reason === 'UND_ERR_HEADERS_OVERFLOW')
    return httpErrors.create('HTTP_TOO_LARGE', { params: { url, part: 'head', maxBytes: maxHeaderBytes } });
  return createError(meanings, reason, url);
}

/** The code of an error, the first of several when every address was tried; its class when it has none. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return reasonOf(thrown.errors[0]);
  if (!(thrown instanceof Error)) return 'unknown';
  const code = 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{2,64}$/.test(code) ? code : thrown.name;
}

function createError(table: readonly [RegExp, HttpCode][], reason: string, url: string): NavetteError {
  const code = table.find(([pattern]) => pattern.test(reason))?.[1] ?? 'HTTP_UNEXPECTED';
  return httpErrors.create(code, { params: { url, reason } });
}
