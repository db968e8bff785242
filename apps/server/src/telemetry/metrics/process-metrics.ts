import type { Metric } from '../metric.ts';
import type { MetricFacts } from '../metric-facts.ts';

/** The process itself; prom-client brings the rest. */
export const processMetrics: readonly Metric<MetricFacts>[] = [
  {
    name: 'navette_info',
    type: 'gauge',
    help: 'Always 1; the label tells the version of the product',
    labels: ['version'],
    read: ({ version }) => [{ labels: { version }, value: 1 }],
  },
  {
    name: 'navette_event_loop_utilization',
    type: 'gauge',
    help: 'Share of its time that the event loop was at work since the last scrape, 0 to 1',
    labels: [],
    read: ({ loopUtilization }) => [{ value: loopUtilization }],
  },
];
