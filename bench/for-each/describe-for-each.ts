import { formatNumber, formatTable, formatTimes } from '../format-table.ts';
import type { ForEachResult } from './for-each-bench.ts';

export function describeForEach({ window, few, many, heapMiB }: ForEachResult): string {
  const rows = [
    [`${formatNumber(few.items, 0)} items   (bar: 500 ms)`, formatTimes(few.ms)],
    [
      `${formatNumber(many.items, 0)} items${many.items === 10_000 ? '   (bar: 20,000 ms)' : ''}`,
      formatTimes(many.ms),
    ],
    ['Live heap after a fifth of them', `${formatNumber(heapMiB.early, 1)} MiB`],
    ['Live heap after nine tenths', `${formatNumber(heapMiB.late, 1)} MiB`],
  ];
  return [
    `For each: one execution, a body of one effect step, ${window} items at the same time, each committed`,
    '',
    formatTable(['', 'median (min–max)'], rows),
  ].join('\n');
}
