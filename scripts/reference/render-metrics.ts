import { metricList } from '../../apps/server/src/telemetry/metric-list.ts';
import { renderTable } from './markdown.ts';

/** The table of docs/guide/monitoring.md. */
export function renderMetrics(): string[] {
  return renderTable(
    ['Metric', 'Type', 'Labels', 'Meaning'],
    metricList.map(({ name, type, labels, help }) => [
      `\`${name}\``,
      type,
      labels.map((label) => `\`${label}\``).join(', ') || '–',
      help,
    ]),
  );
}
