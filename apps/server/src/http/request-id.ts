import type { IncomingMessage } from 'node:http';
import { createUuid } from '@navette/kit';

export const requestIdHeader = 'x-request-id';

/**
 * The id under which a request is found in logs and problem documents. A proxy may have given it one; what is no plain
 * word is not repeated anywhere.
 */
export function createRequestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers[requestIdHeader];
  return typeof given === 'string' && /^[\w.-]{8,64}$/.test(given) ? given : createUuid();
}
