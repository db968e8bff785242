import { type ExecutionStatus, executionModes } from '@navette/contracts';
import type { Metric } from '../metric.ts';
import type { MetricFacts } from '../metric-facts.ts';
import { msPerSecond, whereExecuted } from './samples.ts';

const terminal: readonly ExecutionStatus[] = ['succeeded', 'failed', 'cancelled'];

/** What became of executions. */
export const executionMetrics: readonly Metric<MetricFacts>[] = [
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
