import type { RouteHandlers } from '../http/route-handler.ts';
import type { ServerServices } from './server-services.ts';

export function createMetricsHandlers({ telemetry }: ServerServices): Pick<RouteHandlers, 'getMetrics'> {
  return {
    async getMetrics({ reply }) {
      const { contentType, text } = await telemetry.metrics.encode();
      reply.header('content-type', contentType);
      return text;
    },
  };
}
