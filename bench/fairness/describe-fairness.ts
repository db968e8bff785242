import { formatRange, formatRatio, formatTable } from '../format-table.ts';
import type { FairnessFigures, FairnessResult } from './fairness-bench.ts';

export function describeFairness(result: FairnessResult): string {
  const { byArrivals, holdMs, loudFactor, places, quietCount, quietPerSecond } = result;
  const { independent, together } = byArrivals;
  const row = (name: string, read: (figures: FairnessFigures) => string) => [
    name,
    read(independent),
    read(together),
  ];
  return [
    `Fairness: ${quietCount} projects with ${quietPerSecond} executions/s each and one with ${quietPerSecond * loudFactor}, ${places} places, ${holdMs} ms each`,
    '  From the moment an execution is accepted to its end; median (min–max). Bars: below 2 x, Jain 0.99',
    '',
    formatTable(
      ['', 'independent starts', 'all quiet ones at once'],
      [
        row('p95 of the quiet ones alone', ({ idleP95Ms }) => `${formatRange(idleP95Ms, 0)} ms`),
        row(
          `p95 beside one with ${loudFactor} times the load`,
          ({ loadedP95Ms }) => `${formatRange(loadedP95Ms, 0)} ms`,
        ),
        row('Loaded / alone', ({ ratio }) => formatRatio(ratio)),
        row('Jain’s index of service, at least', ({ jain }) => jain.min.toFixed(4)),
      ],
    ),
  ].join('\n');
}
