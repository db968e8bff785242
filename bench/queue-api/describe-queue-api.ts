import { formatSpread, formatTable } from '../format-table.ts';
import { spreadOf } from '../statistics.ts';
import type { Percentiles, QueueApiResult, QueueApiRound } from './queue-api-bench.ts';

const fields = ['p50', 'p95', 'p99', 'max'] as const;

export function describeQueueApi(result: QueueApiResult): string {
  const { durability, killed, perSecond, rounds, seconds } = result;
  const rows = (
    [
      ['POST /queue/execute → 202', 'executeMs'],
      ['GET /queue/status/:id → 200', 'statusMs'],
      ['accepted → ended', 'endMs'],
    ] as const
  ).map(([title, field]) => [title, ...formatRow(rounds, field)]);
  const inKilled = formatRow([killed], 'executeMs').join(' / ');
  return [
    `Queue API: executions of three nodes, ${perSecond}/s queued, each asked for once, ${rounds.length} rounds of ${seconds} s`,
    `  Postgres ${durability.postgres}: fsync ${durability.fsync}, synchronous_commit ${durability.synchronousCommit}, full_page_writes ${durability.fullPageWrites}`,
    `  ${sum(rounds)} accepted, ${formatEnded(rounds)} ended per second, none lost; latencies count from the moment a request was due`,
    '',
    formatTable(['ms, median of the rounds (min–max)', ...fields], rows),
    '',
    `  CPU per execution, the database included: ${formatCpu(rounds)}`,
    `  With a kill -9 after ${seconds / 2} s: ready again after ${Math.round(killed.restartMs)} ms; ${killed.accepted} accepted, ${killed.refused} requests not answered, ${killed.lost} lost`,
    `  Of those accepted in that round, execute p50 / p95 / p99 / max: ${inKilled} ms`,
  ].join('\n');
}

function formatRow(rounds: readonly QueueApiRound[], field: 'executeMs' | 'statusMs' | 'endMs'): string[] {
  return fields.map((name: keyof Percentiles) => {
    const values = rounds.map((round) => round[field][name]);
    return rounds.length === 1 ? values[0]!.toFixed(1) : formatSpread(values, 1);
  });
}

const sum = (rounds: readonly QueueApiRound[]) => rounds.reduce((total, round) => total + round.accepted, 0);

const formatEnded = (rounds: readonly QueueApiRound[]) =>
  spreadOf(rounds.map((round) => round.endedPerSecond)).median.toFixed(0);

function formatCpu(rounds: readonly QueueApiRound[]): string {
  const known = rounds.flatMap((round) => round.cpuMicrosPerExecution ?? []);
  return known.length === 0 ? 'n/a' : `${spreadOf(known).median.toFixed(0)} µs`;
}
