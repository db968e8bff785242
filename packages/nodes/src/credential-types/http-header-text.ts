import { z } from 'zod';

/** The connection belongs to the HTTP client; a credential that set these could smuggle a second request. */
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

/** The name of a request header (RFC 9110 token) that a workflow may set. */
export const headerNameSchema = z
  .string()
  .max(256)
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be a header name: letters, digits and dashes')
  .refine((name) => !ownedByClient.has(name.toLowerCase()), 'is set by the HTTP client itself');

/** A header value: no line breaks or other control characters, nothing outside Latin-1, no blanks at the ends. */
export const headerValueSchema = z
  .string()
  .max(16_384)
  .regex(
    /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/,
    'must have no line breaks, control characters, characters outside Latin-1 or blanks at its ends',
  );
