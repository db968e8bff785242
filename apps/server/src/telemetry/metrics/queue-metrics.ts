import type { Metric } from '../metric.ts';
import type { MetricFacts } from '../metric-facts.ts';
import { msPerSecond, optional } from './samples.ts';

/** What waits, of the whole instance. */
export const queueMetrics: readonly Metric<MetricFacts>[] = [
  {
    name: 'navette_queue_executions',
    type: 'gauge',
    help: 'Open executions of the whole instance; the same in every process, at most seconds old',
    labels: ['status'],
    read: ({ queue }) =>
      queue === undefined
        ? []
        : (['queued', 'running', 'waiting'] as const).map((status) => ({
            labels: { status },
            value: queue[status],
          })),
  },
  {
    name: 'navette_queue_wait_seconds',
    type: 'histogram',
    help: 'From the creation of an execution to its first run in this process',
    labels: [],
    read: ({ executions }) => [{ tally: executions.queuedMs, divisor: msPerSecond }],
  },
  {
    name: 'navette_queue_overdue_seconds',
    type: 'gauge',
    help: 'How long ago the earliest wait was due that has not been woken; the same in every process',
    labels: [],
    read: ({ queue }) => optional(queue && queue.overdueMs / msPerSecond),
  },
  {
    name: 'navette_workers_alive',
    type: 'gauge',
    help: 'Workers that the database counts as alive; the same in every process',
    labels: [],
    read: ({ queue }) => optional(queue?.aliveWorkers),
  },
];
