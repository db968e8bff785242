import type { Metric } from '../metric.ts';
import type { MetricFacts } from '../metric-facts.ts';
import { msPerSecond } from './samples.ts';

/** The journal, the store of the engine and the database. */
export const storeMetrics: readonly Metric<MetricFacts>[] = [
  {
    name: 'store_operations_total',
    type: 'counter',
    help: 'Calls of the engine to its store; `fenced` is a write of a former owner, which changed nothing',
    labels: ['operation', 'status'],
    read: ({ store }) =>
      [...store.operations].flatMap(([operation, { statuses }]) =>
        [...statuses].map(([status, value]) => ({ labels: { operation, status }, value })),
      ),
  },
  {
    name: 'store_operation_duration_seconds',
    type: 'histogram',
    help: 'How long a call of the engine to its store took, the wait for a shared commit included',
    labels: ['operation'],
    read: ({ store }) =>
      [...store.operations].map(([operation, { durationMs }]) => ({
        labels: { operation },
        tally: durationMs,
        divisor: msPerSecond,
      })),
  },
  {
    name: 'navette_journal_batch_writes',
    type: 'histogram',
    help: 'Journal writes that shared a commit',
    labels: [],
    read: ({ store }) => [{ tally: store.batchWrites }],
  },
  {
    name: 'navette_journal_commit_duration_seconds',
    type: 'histogram',
    help: 'From sending a batch of journal writes to the answer that it is committed',
    labels: [],
    read: ({ store }) => [{ tally: store.commitMs, divisor: msPerSecond }],
  },
  {
    name: 'navette_journal_fenced_writes_total',
    type: 'counter',
    help: 'Journal writes that were refused because another worker owns the execution',
    labels: [],
    read: ({ worker }) => [{ value: worker.fencedWrites }],
  },
  {
    name: 'navette_database_up',
    type: 'gauge',
    help: '1 when the database answered the last count of the queue',
    labels: [],
    read: ({ queue }) => [{ value: queue === undefined ? 0 : 1 }],
  },
  {
    name: 'navette_database_connections',
    type: 'gauge',
    help: 'Connections of the pool of this process',
    labels: ['state'],
    read: ({ pool }) => [
      { labels: { state: 'busy' }, value: pool.total - pool.idle },
      { labels: { state: 'idle' }, value: pool.idle },
    ],
  },
  {
    name: 'navette_database_connections_max',
    type: 'gauge',
    help: 'Connections that the pool of this process may open',
    labels: [],
    read: ({ pool }) => [{ value: pool.max }],
  },
  {
    name: 'navette_database_waiting',
    type: 'gauge',
    help: 'Queries of this process that wait for a connection',
    labels: [],
    read: ({ pool }) => [{ value: pool.waiting }],
  },
];
