import { z } from 'zod';
import { defineRoute } from '../route.ts';

export const getMetrics = defineRoute({
  id: 'getMetrics',
  method: 'GET',
  path: '/metrics',
  tag: 'Health',
  summary: 'Counters and gauges of this process as Prometheus text',
  access: 'metrics',
  status: 200,
  responseKind: 'text',
  response: z.string(),
  errors: ['METRICS_UNAUTHORIZED'],
});
