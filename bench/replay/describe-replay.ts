import { formatNumber, formatOptional, formatTable, formatTimes } from '../format-table.ts';
import { spreadOf } from '../statistics.ts';
import type { ReplayResult } from './replay-bench.ts';

export function describeReplay({
  count,
  firstRunMs,
  rounds,
  sinceClaimMs,
  sinceStartMs,
}: ReplayResult): string {
  const cpuOf = (field: 'serverCpuMs' | 'postgresCpuMs') => {
    const values = rounds.map((round) => round[field]).filter((value) => value !== undefined);
    return formatOptional(values.length > 0 ? spreadOf(values).median : undefined, 0, ' ms');
  };
  const bar = count === 1_000 ? '   (bar: 1,000 ms)' : '';
  const rows = [
    [`From taking it up to the first new call${bar}`, formatTimes(sinceClaimMs)],
    ["From the start of the server's process to the first new call", formatTimes(sinceStartMs)],
    ['The calls when they were made', formatTimes(firstRunMs)],
    ['CPU of the server and the program, from taking it up', cpuOf('serverCpuMs')],
    ['CPU of Postgres, from taking it up', cpuOf('postgresCpuMs')],
  ];
  return [
    `Replay: a coded workflow with ${formatNumber(count, 0)} calls in its journal, after kill -9, ${rounds.length} times`,
    '  each call is a POST; none was repeated but the one in flight, that one under its key',
    '',
    formatTable(['', 'median (min–max)'], rows),
  ].join('\n');
}
