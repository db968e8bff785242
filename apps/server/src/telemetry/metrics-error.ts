import { defineErrors } from '@navette/kit';

export const metricsErrors = defineErrors({
  METRICS_UNAUTHORIZED: {
    kind: 'user',
    status: 401,
    retry: 'never',
    message: 'The metrics need the metrics token of this server, or the session of its owner',
    help: 'Set NAVETTE_METRICS_TOKEN and let the scraper send it as `Authorization: Bearer …`. API keys are of projects; the metrics are of the whole server.',
  },
});
