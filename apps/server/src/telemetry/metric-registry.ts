import { type Metric as ClientMetric, collectDefaultMetrics, Registry } from 'prom-client';
import type { Distribution, Labels, Metric } from './metric.ts';

/** Often enough for a lag that matters. At rest each look costs: 20 ms took 0.16 % of a core more than 50 (measured). */
const loopSamplingMs = 50;

interface SampleLine {
  metricName?: string;
  labels: Labels;
  value: number;
}

/**
 * A prom-client registry that reads its values from `facts` when it is printed, with the metrics of the process that
 * prom-client brings: CPU, memory, files, event loop lag, garbage collection.
 */
export function createRegistry<Facts>(metrics: readonly Metric<Facts>[], facts: () => Facts): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: loopSamplingMs });
  for (const metric of metrics) {
    const { name, help, type } = metric;
    const get = async () => ({ name, help, type, values: listLines(metric, facts()) });
    // A registry asks no more of a metric than this, which its types don't say.
    registry.registerMetric({ name, help, get } as unknown as ClientMetric);
  }
  return registry;
}

function listLines<Facts>(metric: Metric<Facts>, facts: Facts): SampleLine[] {
  if (metric.type !== 'histogram')
    return metric.read(facts).map(({ labels = {}, value }) => ({ labels, value }));
  return metric.read(facts).flatMap((distribution) => listBuckets(metric.name, distribution));
}

/** Buckets count everything up to their bound. */
function listBuckets(name: string, { labels = {}, tally, divisor = 1 }: Distribution): SampleLine[] {
  let below = 0;
  const buckets = tally.counts.map((count, at) => {
    below += count;
    const bound = tally.bounds[at];
    const le = bound === undefined ? '+Inf' : String(bound / divisor);
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: below };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: tally.sum / divisor },
    { metricName: `${name}_count`, labels, value: below },
  ];
}
