import { describeMachine } from '../../../bench/machine.ts';
import type { StormReport } from './run-storm.ts';

const mostProblems = 50;

/** The report as Markdown; gives the exit code. */
export function printStorm({ problems, faults, ...counts }: StormReport): number {
  const { cpu, cores, system, node } = describeMachine();
  const rows = [...Object.entries(counts), ...Object.entries(faults), ['problems', problems.length] as const];
  console.log(
    [
      `Storm, ${new Date().toISOString().slice(0, 10)}; ${cpu}, ${cores} cores, ${system}, Node ${node}`,
      '',
      '| | |',
      '|---|---|',
      ...rows.map(([name, count]) => `| ${name} | ${count.toLocaleString('en-GB')} |`),
    ].join('\n'),
  );
  for (const problem of problems.slice(0, mostProblems)) console.error(problem);
  if (problems.length > mostProblems) console.error(`… and ${problems.length - mostProblems} more`);
  return problems.length === 0 ? 0 : 1;
}
