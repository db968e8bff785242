import { formatNumber, formatRatio, formatTable, formatTimes } from '../format-table.ts';
import type { CodeResult } from './code-bench.ts';

export function describeCode(result: CodeResult): string {
  const { items, mapMs, overhead } = result;
  const ms = ({ p50, p95 }: { p50: number; p95: number }) => `${p50.toFixed(1)} ms, ${p95.toFixed(1)} ms`;
  const count = formatNumber(items, 0);
  const bar = (text: string) => (items === 100_000 ? `   (bar: ${text})` : '');
  const rows = [
    ['40 steps of fibonacci(10), QuickJS   (bar: 400 ms)', formatTimes(result.lightMs)],
    ['40 steps of fibonacci(10), V8', formatTimes(result.lightV8Ms)],
    ['10 steps of fibonacci(33), V8', formatTimes(result.heavyMs)],
    ['10 × fibonacci(33) in bare Node', formatTimes(result.bareHeavyMs)],
    ['V8 steps / bare Node   (bar: 1.3)', formatRatio(result.heavyRatio)],
    [`${count} items through a map, QuickJS${bar('3,000 ms')}`, formatTimes(mapMs.quickjs)],
    [`${count} items through a map, V8${bar('1,000 ms')}`, formatTimes(mapMs.v8)],
    ['One step over its work, QuickJS, p50 and p95   (bars: 5 ms, 15 ms)', ms(overhead.quickjs)],
    ['One step over its work, V8, p50 and p95   (bars: 5 ms, 15 ms)', ms(overhead.v8)],
  ];
  return [
    'Code steps: chains through the real server, stored; single steps without it; warm runners',
    `  ${result.engines}`,
    '',
    formatTable(['', 'median (min–max)'], rows),
  ].join('\n');
}
