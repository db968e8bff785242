import { formatOptional, formatRange, formatRatio, formatTable } from '../format-table.ts';
import { spreadOf } from '../statistics.ts';
import type { WorkersResult } from './workers-bench.ts';

export function describeWorkers({ count, one, ratio, rounds, steps, two }: WorkersResult): string {
  const cpuOf = (
    subject: 'one' | 'two',
    field: 'workerCpuMicrosPerExecution' | 'postgresCpuMicrosPerExecution',
  ) => {
    const values = rounds.map((round) => round[subject][field]).filter((value) => value !== undefined);
    return formatOptional(values.length > 0 ? spreadOf(values).median : undefined, 0, ' µs');
  };
  const rows = [
    ['Executions/s', formatRange(one, 0), formatRange(two, 0)],
    [
      'CPU of the workers per execution',
      cpuOf('one', 'workerCpuMicrosPerExecution'),
      cpuOf('two', 'workerCpuMicrosPerExecution'),
    ],
    [
      'CPU of Postgres per execution',
      cpuOf('one', 'postgresCpuMicrosPerExecution'),
      cpuOf('two', 'postgresCpuMicrosPerExecution'),
    ],
  ];
  return [
    `Workers: ${count} queued executions of ${steps} pure steps, by one worker process and by two, ${rounds.length} rounds`,
    '  An API and a scheduler process run beside them; the rate is that of the middle 80 %',
    '',
    formatTable(['', 'one', 'two'], rows),
    '',
    `  Two / one  ${formatRatio(ratio)}   (bar: 1.6 where cores allow: two workers and Postgres want three)`,
  ].join('\n');
}
