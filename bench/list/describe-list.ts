import { formatNumber, formatOptional, formatTable } from '../format-table.ts';
import type { ListResult } from './list-bench.ts';

export function describeList({ filters, fillSeconds, rows }: ListResult): string {
  const lines = filters.map(({ cpuMicrosPerRequest, maxMs, medianMs, name, p95Ms, rows: found }) => [
    name,
    formatNumber(found, 0),
    medianMs.toFixed(1),
    p95Ms.toFixed(1),
    maxMs.toFixed(1),
    formatOptional(cpuMicrosPerRequest && cpuMicrosPerRequest / 1_000, 1, ''),
  ]);
  const worst = Math.max(...filters.map((filter) => filter.medianMs));
  return [
    `List of executions: first page among ${formatNumber(rows, 0)} (made in ${fillSeconds.toFixed(0)} s)`,
    `  ${filters[0]!.samplesMs.length} requests each over HTTP, one after the other, after a warm-up`,
    '',
    formatTable(['filter', 'rows', 'median ms', 'p95 ms', 'max ms', 'CPU ms'], lines),
    '',
    `  Slowest median ${worst.toFixed(1)} ms (bar: 50 ms)`,
  ].join('\n');
}
