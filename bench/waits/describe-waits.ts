import { formatNumber, formatOptional, formatTable, formatTimes } from '../format-table.ts';
import type { ParkedResult } from './parked-bench.ts';
import type { TimersResult } from './timers-bench.ts';

export function describeTimers(result: TimersResult): string {
  const { count, durability, lateMs, perSecond, spreadMs } = result;
  const rows = [
    ['Executions/s, from the first wait that ended to the last execution', formatNumber(perSecond, 0)],
    ['Late, median', `${formatNumber(lateMs.p50, 0)} ms`],
    ['Late, p90', `${formatNumber(lateMs.p90, 0)} ms`],
    ['Late, p99', `${formatNumber(lateMs.p99, 0)} ms`],
    ['Late, the last', `${formatNumber(lateMs.max, 0)} ms`],
    ['CPU of the server per execution', formatOptional(result.serverCpuMicrosPerExecution, 0, ' µs')],
    ['CPU of Postgres per execution', formatOptional(result.postgresCpuMicrosPerExecution, 0, ' µs')],
  ];
  return [
    `Timers: ${formatNumber(count, 0)} waits that end within ${spreadMs} ms, one process`,
    `  start → wait → done, parked by SQL; late: from the end of the wait to the end of the execution, both committed`,
    `  Postgres ${durability.postgres}: fsync ${durability.fsync}, synchronous_commit ${durability.synchronousCommit}`,
    '',
    formatTable(['', ''], rows),
  ].join('\n');
}

export function describeParked(result: ParkedResult): string {
  const { count, empty, parked, restSeconds } = result;
  const rows = [
    ['Resident memory of the server', ...both(empty.serverMiB, parked.serverMiB, 0, ' MiB')],
    ['Memory of Postgres', ...both(empty.postgresMiB, parked.postgresMiB, 0, ' MiB')],
    ['CPU of the server at rest', ...both(empty.serverCpuPercent, parked.serverCpuPercent, 2, ' %')],
    ['CPU of Postgres at rest', ...both(empty.postgresCpuPercent, parked.postgresCpuPercent, 2, ' %')],
    ['Restart until it can take work', formatTimes(result.emptyRestartMs), formatTimes(result.restartMs)],
    ['The same after a kill', '', formatTimes(result.restartAfterKillMs)],
  ];
  return [
    `Parked: ${formatNumber(count, 0)} executions that wait for a year; at rest over ${restSeconds} s`,
    '',
    formatTable(['', 'without', 'with'], rows),
  ].join('\n');
}

function both(
  empty: number | undefined,
  parked: number | undefined,
  digits: number,
  unit: string,
): [string, string] {
  return [formatOptional(empty, digits, unit), formatOptional(parked, digits, unit)];
}
