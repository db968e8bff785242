import { formatRange, formatRatio, formatTable } from '../format-table.ts';
import type { FairnessResult } from './fairness-bench.ts';

export function describeFairness(result: FairnessResult): string {
  const { holdMs, idleP95Ms, jain, loadedP95Ms, loudFactor, places, quietCount, quietPerSecond, ratio } =
    result;
  const rows = [
    ['p95 of the quiet ones alone', `${formatRange(idleP95Ms, 0)} ms`],
    [`p95 beside one with ${loudFactor} times the load`, `${formatRange(loadedP95Ms, 0)} ms`],
    ['Loaded / alone', `${formatRatio(ratio)}   (bar: below 2)`],
    ['Jain’s index of service', `${jain.min.toFixed(4)} at least   (bar: 0.99)`],
  ];
  return [
    `Fairness: ${quietCount} projects with ${quietPerSecond} executions/s each and one with ${quietPerSecond * loudFactor}, ${places} places, ${holdMs} ms each`,
    '  From the moment an execution is accepted to its end',
    '',
    formatTable(['', 'median (min–max)'], rows),
  ].join('\n');
}
