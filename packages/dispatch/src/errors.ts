import { defineErrors } from '@navette/kit';

export const dispatchErrors = defineErrors({
  DISPATCH_UNAVAILABLE: {
    kind: 'operational',
    status: 503,
    retry: { afterMs: 2_000 },
    message: 'New executions cannot be accepted, since the queue is out of reach: {reason}',
    help: 'Try again soon. The operator finds the state of the queue in the health report; see REDIS_URL.',
  },
});
