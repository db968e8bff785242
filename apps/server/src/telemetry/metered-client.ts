import type { GuardedHttpClient } from '@navette/http';
import { NavetteError } from '@navette/kit';
import type { OutboundCounts } from './outbound-counts.ts';

/** The client of workflows, with what it does counted. */
export function createMeteredClient(inner: GuardedHttpClient, counts: OutboundCounts): GuardedHttpClient {
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
        counts.add(outcome, performance.now() - startedAt);
      }
    },
    close: () => inner.close(),
  };
}
