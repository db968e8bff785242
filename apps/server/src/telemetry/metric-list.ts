/**
 * Every metric of the product: what it is called, what it means and where it is read from. The guide's table is made
 * from this list. Labels are node types, route templates, modes and outcomes: never an id, never text of a user.
 */
import { type ExecutionStatus, executionModes } from '@navette/contracts';
import type { Metric, Sample } from './metric.ts';
import type { MetricFacts, WorkerFacts } from './metric-facts.ts';
import { stepOutcomes } from './step-counts.ts';

const msPerSecond = 1_000;
const terminal: readonly ExecutionStatus[] = ['succeeded', 'failed', 'cancelled'];
const statusClasses = ['1xx', '2xx', '3xx', '4xx', '5xx'];

const executionMetrics: readonly Metric<MetricFacts>[] = [
  {
    name: 'workflow_executions_total',
    type: 'counter',
    help: 'Executions that ended, by how they ended',
    labels: ['status'],
    read: ({ executions }) =>
      terminal.map((status) => ({ labels: { status }, value: executions.ended.get(status) ?? 0 })),
  },
  {
    name: 'workflow_execution_duration_seconds',
    type: 'histogram',
    help: 'From the creation of an execution to its end in a worker, queue and waits included',
    labels: ['status', 'mode'],
    read: ({ executions }) =>
      executions.finished().map(({ mode, status, durationMs }) => ({
        labels: { status, mode },
        tally: durationMs,
        divisor: msPerSecond,
      })),
  },
  {
    name: 'workflow_executions_active',
    type: 'gauge',
    help: 'Executions that this process runs now',
    labels: [],
    read: ({ worker }) => whereExecuted(worker, worker.active),
  },
  {
    name: 'navette_executions_started_total',
    type: 'counter',
    help: 'Executions that began, each counted once however often it is resumed',
    labels: ['mode'],
    read: ({ executions }) =>
      executionModes.map((mode) => ({ labels: { mode }, value: executions.started.get(mode) ?? 0 })),
  },
  {
    name: 'navette_execution_waits_total',
    type: 'counter',
    help: 'Times that an execution was put to rest until a time, a signal or the end of another one',
    labels: [],
    read: ({ executions }) => [{ value: executions.waits }],
  },
  {
    name: 'navette_execution_recoveries_total',
    type: 'counter',
    help: 'Executions that this process took over from a dead worker',
    labels: [],
    read: ({ executions }) => [{ value: executions.recoveries }],
  },
];

const stepMetrics: readonly Metric<MetricFacts>[] = [
  {
    name: 'navette_steps_total',
    type: 'counter',
    help: 'Steps that ended; `passed` is an error that the settings of the node let pass',
    labels: ['node_type', 'outcome'],
    read: ({ steps }) =>
      [...steps].flatMap(([type, { outcomes }]) =>
        stepOutcomes.map((outcome) => ({ labels: { node_type: type, outcome }, value: outcomes[outcome] })),
      ),
  },
  {
    name: 'navette_step_duration_seconds',
    type: 'histogram',
    help: 'From the start of a step to its end, retries and waits included; the resolution is a millisecond',
    labels: ['node_type'],
    read: ({ steps }) =>
      [...steps].map(([type, { durationMs }]) => ({
        labels: { node_type: type },
        tally: durationMs,
        divisor: msPerSecond,
      })),
  },
  {
    name: 'navette_step_retries_total',
    type: 'counter',
    help: 'Attempts that failed and were to be repeated',
    labels: ['node_type'],
    read: ({ steps }) =>
      [...steps].map(([type, { retries }]) => ({ labels: { node_type: type }, value: retries })),
  },
];

const queueMetrics: readonly Metric<MetricFacts>[] = [
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

const workerMetrics: readonly Metric<MetricFacts>[] = [
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
];

const leaderMetric: Metric<MetricFacts> = {
  name: 'navette_leader',
  type: 'gauge',
  help: '1 in the process that wakes waits, fires schedules and takes over from dead workers',
  labels: [],
  read: ({ worker }) => [{ value: Number(worker.leads) }],
};

const storeMetrics: readonly Metric<MetricFacts>[] = [
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

const httpMetrics: readonly Metric<MetricFacts>[] = [
  {
    name: 'navette_http_requests_total',
    type: 'counter',
    help: 'Requests that were answered, by route template: webhooks are `/webhook/*`, pages and files `/`, unknown addresses `none`',
    labels: ['method', 'route', 'status'],
    read: ({ http }) =>
      http
        .tallies()
        .flatMap(({ method, route, classes }) =>
          classes.flatMap((value, at) =>
            value > 0 ? [{ labels: { method, route, status: statusClasses[at]! }, value }] : [],
          ),
        ),
  },
  {
    name: 'navette_http_request_duration_seconds',
    type: 'histogram',
    help: 'From the first byte of a request to the last of its answer; live streams are left out',
    labels: ['method', 'route'],
    read: ({ http }) =>
      http
        .tallies()
        .filter(({ durationMs }) => durationMs.count > 0)
        .map(({ method, route, durationMs }) => ({
          labels: { method, route },
          tally: durationMs,
          divisor: msPerSecond,
        })),
  },
  {
    name: 'navette_webhooks',
    type: 'gauge',
    help: 'Webhook addresses that are live in this process',
    labels: [],
    read: ({ webhooks }) => [{ value: webhooks }],
  },
  {
    name: 'navette_streams_open',
    type: 'gauge',
    help: 'Live streams (server-sent events) that are open',
    labels: [],
    read: ({ streams }) => [{ value: streams.open }],
  },
  {
    name: 'navette_stream_events_total',
    type: 'counter',
    help: 'Events that were sent to live streams',
    labels: [],
    read: ({ streams }) => [{ value: streams.sent }],
  },
  {
    name: 'navette_streams_stalled_total',
    type: 'counter',
    help: 'Live streams that were cut off because their reader took nothing',
    labels: [],
    read: ({ streams }) => [{ value: streams.stalled }],
  },
  {
    name: 'navette_outbound_requests_total',
    type: 'counter',
    help: 'Requests of workflows to other servers: the status class, or why there was no answer',
    labels: ['outcome'],
    read: ({ outbound }) =>
      [...outbound.outcomes].map(([outcome, value]) => ({ labels: { outcome }, value })),
  },
  {
    name: 'navette_outbound_request_duration_seconds',
    type: 'histogram',
    help: 'How long requests of workflows to other servers took, redirects included',
    labels: [],
    read: ({ outbound }) => [{ tally: outbound.durationMs, divisor: msPerSecond }],
  },
];

const processMetrics: readonly Metric<MetricFacts>[] = [
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

export const metricList: readonly Metric<MetricFacts>[] = [
  ...executionMetrics,
  ...stepMetrics,
  ...queueMetrics,
  ...workerMetrics,
  leaderMetric,
  ...storeMetrics,
  ...httpMetrics,
  ...processMetrics,
];

/** No sample where there is nothing to tell. */
function optional(value: number | undefined): Sample[] {
  return value === undefined ? [] : [{ value }];
}

function whereExecuted({ executes }: WorkerFacts, value: number): Sample[] {
  return executes ? [{ value }] : [];
}
