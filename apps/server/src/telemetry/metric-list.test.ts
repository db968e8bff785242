import { expect, test } from 'vitest';
import { metricList } from './metric-list.ts';

/** Those of the document workflows (1.6.12) that dashboards ask for by name; calls of vendors count as outbound requests. */
test.each([
  ['workflow_executions_total', 'counter', 'status'],
  ['workflow_execution_duration_seconds', 'histogram', 'status'],
  ['workflow_executions_active', 'gauge', undefined],
  ['store_operations_total', 'counter', 'operation'],
  ['store_operation_duration_seconds', 'histogram', 'operation'],
  ['navette_outbound_requests_total', 'counter', 'outcome'],
  ['navette_outbound_requests_total', 'counter', 'endpoint'],
])('%s is a %s', (name, type, label) => {
  const metric = metricList.find((each) => each.name === name);
  expect(metric?.type).toBe(type);
  if (label !== undefined) expect(metric!.labels).toContain(label);
});
