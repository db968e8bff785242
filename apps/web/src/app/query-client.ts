import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { isProblem } from '../api/api-problem.ts';

/** Retries what a restart of the server mends; tells when the session is over. */
export function createAppQueryClient(onSignedOut: () => void): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error) => checkSession(error) }),
    mutationCache: new MutationCache({ onError: (error) => checkSession(error) }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) => failures < 3 && isPassing(error),
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 5_000),
      },
      mutations: { retry: false },
    },
  });

  function checkSession(error: Error) {
    if (!isProblem(error) || error.status !== 401 || error.code === 'SESSION_BAD_CREDENTIALS') return;
    client.removeQueries({ queryKey: ['session'] });
    onSignedOut();
  }

  return client;
}

function isPassing(error: Error): boolean {
  return isProblem(error) && (error.status === 0 || error.status >= 502);
}
