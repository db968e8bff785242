import { routes } from '@navette/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { callRoute } from '../api/call-route.ts';

const patienceMs = 5_000;

/** Ends the session and forgets everything that was read with it; also when the server does not answer. */
export function useSignOut(): () => void {
  const client = useQueryClient();
  const router = useRouter();
  return async () => {
    await callRoute(routes.signOut, {}, { signal: AbortSignal.timeout(patienceMs) }).catch(() => undefined);
    await router.navigate({ to: '/sign-in' });
    client.clear();
  };
}
