import type { Metric } from '../metric.ts';
import type { MetricFacts } from '../metric-facts.ts';

/** Code and what it may do. */
export const codeMetrics: readonly Metric<MetricFacts>[] = [
  {
    name: 'navette_code_connections_total',
    type: 'counter',
    help: 'Connections that code steps and calls of programs made, each redirect by itself: the status class, `redirected`, `refused` or `failed`',
    labels: ['outcome'],
    read: ({ codeConnections }) =>
      [...codeConnections.byOutcome].map(([outcome, value]) => ({ labels: { outcome }, value })),
  },
  {
    name: 'navette_policy_problems',
    type: 'gauge',
    help: 'What is wrong with the policy files of code; 0 when all are in force as they are',
    labels: [],
    read: ({ policyProblems }) => [{ value: policyProblems }],
  },
];
