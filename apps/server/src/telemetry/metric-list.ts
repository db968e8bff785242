/**
 * Every metric of the product: what it is called, what it means and where it is read from. The guide's table is made
 * from this list. Labels are node types, route templates, modes, outcomes, and hosts that were configured: never an id,
 * never anything that came with data.
 */
import type { Metric } from './metric.ts';
import type { MetricFacts } from './metric-facts.ts';
import { codeMetrics } from './metrics/code-metrics.ts';
import { executionMetrics } from './metrics/execution-metrics.ts';
import { httpMetrics } from './metrics/http-metrics.ts';
import { processMetrics } from './metrics/process-metrics.ts';
import { queueMetrics } from './metrics/queue-metrics.ts';
import { stepMetrics } from './metrics/step-metrics.ts';
import { storeMetrics } from './metrics/store-metrics.ts';
import { workerMetrics } from './metrics/worker-metrics.ts';

export const metricList: readonly Metric<MetricFacts>[] = [
  ...executionMetrics,
  ...stepMetrics,
  ...queueMetrics,
  ...workerMetrics,
  ...storeMetrics,
  ...httpMetrics,
  ...codeMetrics,
  ...processMetrics,
];
