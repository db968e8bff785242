import type { GuardedHttpClient } from '@navette/http';
import { type JsonObject, NavetteError } from '@navette/kit';
import { nameEndpoint } from './name-endpoint.ts';
import type { OutboundCounts } from './outbound-counts.ts';

/** The client as one step uses it, with what it does counted. */
export function createMeteredClient(
  inner: GuardedHttpClient,
  { parameters }: { parameters: JsonObject },
  counts: OutboundCounts,
): GuardedHttpClient {
  return {
    async request(request) {
      const startedAt = performance.now();
      let outcome = 'error';
      try {
        const response = await inner.request(request);
        outcome = `${Math.trunc(response.status / 100)}xx`;
        return response;
      } catch (error) {
        if (NavetteError.is(error)) outcome = error.code.replace(/^HTTP_/, '').toLowerCase();
        throw error;
      } finally {
        counts.add(nameEndpoint(request, parameters), outcome, performance.now() - startedAt);
      }
    },
    close: () => inner.close(),
  };
}
