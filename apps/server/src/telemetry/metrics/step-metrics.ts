import type { Metric } from '../metric.ts';
import type { MetricFacts } from '../metric-facts.ts';
import { stepOutcomes } from '../step-counts.ts';
import { msPerSecond } from './samples.ts';

/** What became of steps, by node type. */
export const stepMetrics: readonly Metric<MetricFacts>[] = [
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
