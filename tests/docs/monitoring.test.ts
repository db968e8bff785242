import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { metricList } from '../../apps/server/src/telemetry/metric-list.ts';
import { createRegistry } from '../../apps/server/src/telemetry/metric-registry.ts';
import { root } from './read-page.ts';

const page = readFileSync(join(root, 'docs/guide/monitoring.md'), 'utf8');
const [, alerts] = /## Alerts worth having\n([\s\S]*?)\n## /.exec(page)!;

test('the alerts of the guide name metrics and labels that exist', () => {
  const labels = new Map(metricList.map(({ name, labels }) => [name, labels]));
  const own = createRegistry([], () => ({})).getMetricsAsArray();
  const known = new Set([...labels.keys(), ...own.map(({ name }) => name)]);
  const rows = alerts!.split('\n').filter((line) => line.startsWith('| ') && line.includes('`'));
  expect(rows.length).toBeGreaterThan(15);
  for (const row of rows) {
    const expression = /`([^`]+)`/.exec(row)![1]!;
    const used = [...expression.matchAll(/\b((?:navette|workflow|store|process|nodejs)_\w+)(?:\{(\w+)=)?/g)];
    expect(used.length + Number(expression.startsWith('up')), row).toBeGreaterThan(0);
    for (const [, name, label] of used) {
      const metric = name!.replace(/_(?:bucket|sum|count)$/, '');
      expect(known, row).toContain(metric);
      if (label !== undefined) expect(labels.get(metric), row).toContain(label);
    }
  }
});
