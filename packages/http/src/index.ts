export { httpErrors } from './errors.ts';
export {
  createGuardedClient,
  type GuardedClientOptions,
  type GuardedHttpClient,
  type GuardedResponse,
} from './guarded-client.ts';
export type { ResolvedAddress, ResolveHost } from './guarded-connector.ts';
export type { GuardedRequest } from './guarded-request.ts';
export { type HostRule, isHostUnderRule, parseHostRule } from './host-rule.ts';
export { encodeMultipart, type MultipartPart, safeFilename } from './multipart.ts';
export { redactUrl } from './redact-url.ts';
export type { RequestBody } from './request-body.ts';
export type { RequestHeaders } from './request-headers.ts';
export { type ResponseHeaders, readHeader } from './response-headers.ts';
export { maxRetryAfterMs, parseRetryAfter } from './retry-after.ts';
