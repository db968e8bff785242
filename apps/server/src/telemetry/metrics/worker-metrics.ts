import type { Metric } from '../metric.ts';
import type { MetricFacts } from '../metric-facts.ts';
import { msPerSecond, whereExecuted } from './samples.ts';

/** What this process does for executions. */
export const workerMetrics: readonly Metric<MetricFacts>[] = [
  {
    name: 'navette_worker_free',
    type: 'gauge',
    help: 'Executions that this process could take on now',
    labels: [],
    read: ({ worker }) => whereExecuted(worker, worker.free),
  },
  {
    name: 'navette_worker_silence_seconds',
    type: 'gauge',
    help: 'Since the database last heard of the worker of this process',
    labels: [],
    read: ({ worker }) => whereExecuted(worker, worker.silenceMs / msPerSecond),
  },
  {
    name: 'navette_worker_lease_ok',
    type: 'gauge',
    help: '1 while the worker of this process holds its lease',
    labels: [],
    read: ({ worker }) => whereExecuted(worker, Number(worker.leaseOk)),
  },
  {
    name: 'navette_leader',
    type: 'gauge',
    help: '1 in the process that wakes waits, fires schedules and takes over from dead workers',
    labels: [],
    read: ({ worker }) => [{ value: Number(worker.leads) }],
  },
];
