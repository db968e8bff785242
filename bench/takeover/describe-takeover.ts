import { formatOptional, formatTable, formatTimes } from '../format-table.ts';
import { spreadOf } from '../statistics.ts';
import type { TakeoverResult } from './takeover-bench.ts';

export function describeTakeover(result: TakeoverResult): string {
  const { allFinishedMs, allResumedMs, count, firstResumedMs, leaseMs, rounds } = result;
  const cpu = rounds.map((round) => round.cpuMicrosPerExecution).filter((value) => value !== undefined);
  const rows = [
    ['First step resumed', formatTimes(firstResumedMs)],
    ['All steps resumed', formatTimes(allResumedMs)],
    ['All executions ended', formatTimes(allFinishedMs)],
    [
      'CPU per execution, the other process and Postgres',
      formatOptional(cpu.length > 0 ? spreadOf(cpu).median : undefined, 0, ' µs'),
    ],
  ];
  return [
    `Takeover: one of two processes is killed with ${count} executions in flight, ${rounds.length} times`,
    `  each waits for the answer to a POST; lease ${leaseMs} ms; times since the kill; all ended, each request made twice`,
    '',
    formatTable(['', 'median (min–max)'], rows),
  ].join('\n');
}
