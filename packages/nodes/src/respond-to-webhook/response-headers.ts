import { nodeErrors } from '@navette/node-sdk';
import { headerNameSchema, headerValueSchema } from '../credential-types/http-header-text.ts';

/**
 * Headers that would act on the product itself: webhooks answer on its own origin, so a workflow must not set cookies
 * there, clear its storage, or change how browsers connect to it.
 */
const refused = new Set([
  'alt-svc',
  'clear-site-data',
  'content-security-policy',
  'content-security-policy-report-only',
  'service-worker-allowed',
  'set-cookie',
  'set-cookie2',
  'strict-transport-security',
]);

/**
 * Lower-case names; of two entries with one name the later wins.
 * @throws NODE_INPUT_INVALID for a header that an answer may not have
 */
export function createResponseHeaders(pairs: readonly [string, string][]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    if (!headerNameSchema.safeParse(name).success || refused.has(key))
      throw invalid(`an answer may not have the header "${name.replace(/[^\x20-\x7e]/g, '?').slice(0, 80)}"`);
    if (!headerValueSchema.safeParse(value).success)
      throw invalid(`the value of the header "${name}" has characters that headers cannot carry`);
    headers.set(key, value);
  }
  return headers;
}

function invalid(detail: string) {
  return nodeErrors.create('NODE_INPUT_INVALID', { params: { detail } });
}
