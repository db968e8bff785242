/** Results as tables for people. */
import {
  formatOptional,
  formatRange,
  formatRatio,
  formatSpread,
  formatTable,
  formatTimes,
} from './format-table.ts';
import type { JournalResult } from './journal/journal-bench.ts';
import type { Machine } from './machine.ts';
import type { StartUpResult } from './start-up/start-up-bench.ts';
import { spreadOf } from './statistics.ts';
import type { LoadFigures, Measurement, WebhookResult } from './webhook/webhook-bench.ts';

export function describeMachineText(machine: Machine): string {
  return [
    `Machine   ${machine.cores} × ${machine.cpu}, ${machine.memoryMiB} MiB, ${machine.system}`,
    `Node      ${machine.node}`,
    `Load      ${machine.loadBefore.join(' ')} before the start`,
  ].join('\n');
}

export function describeWebhook(result: WebhookResult): string {
  const { method, durability, stored } = result;
  return [
    'Webhook: webhook → set → if → set → respond',
    `  ${method.rounds} rounds of ${method.seconds} s each, in turn, by ${method.generator}`,
    ...result.subjects.map(({ name, work }) => `  ${name}: ${work}`),
    `  Postgres ${durability.postgres}: fsync ${durability.fsync}, synchronous_commit ${durability.synchronousCommit}, full_page_writes ${durability.fullPageWrites}`,
    `  ${stored.answered} answers seen, ${stored.executions} executions stored, all succeeded with the data of all steps; ${stored.unseen} in flight at the ends of rounds`,
    ...result.loads.map((load) => describeLoad(result, load)),
  ].join('\n');
}

function describeLoad({ subjects }: WebhookResult, { connections, ratios, rounds }: LoadFigures): string {
  const rows = subjects.map(({ name, version }) => {
    const all = rounds.map((round) => round[name]!);
    return [
      `${name} ${version}`,
      formatSpread(
        all.map((one) => one.perSecond),
        0,
      ),
      formatMedian(all, (one) => one.p50Ms, 2),
      formatMedian(all, (one) => one.p99Ms, 2),
      formatSpread(
        all.map((one) => one.p99Ms),
        1,
        { rangeOnly: true },
      ),
      formatMedian(all, (one) => one.cpuSecondsPerThousand, 3),
      formatMedian(all, (one) => one.residentMiB, 0),
    ];
  });
  return [
    '',
    formatTable(
      [
        `${connections} connections`,
        'answers/s (min–max)',
        'p50 ms',
        'p99 ms',
        'p99 min–max',
        'CPU s / 1,000',
        'RSS MiB',
      ],
      rows,
    ),
    '',
    `  Navette / Node-RED  ${formatRatio(ratios.toNodeRed)}`,
    `  Navette / Fastify   ${formatRatio(ratios.toFastify)}`,
  ].join('\n');
}

export function describeStartUp({ afterStopMs, afterKillMs, idle }: StartUpResult): string {
  const rows = [
    ['Start to first answered webhook, after a clean stop', formatTimes(afterStopMs)],
    ['The same after a kill of the server', formatTimes(afterKillMs)],
    ['Resident memory of the server at rest', formatOptional(idle.serverMiB, 0, ' MiB')],
    ['Memory of the embedded Postgres at rest', formatOptional(idle.postgresMiB, 0, ' MiB')],
    ['CPU of the server at rest', formatOptional(idle.serverCpuPercent, 2, ' %')],
    ['CPU of the embedded Postgres at rest', formatOptional(idle.postgresCpuPercent, 2, ' %')],
  ];
  return ['Start-up and rest', '', formatTable(['', 'median (min–max)'], rows)].join('\n');
}

export function describeJournal(result: JournalResult): string {
  const { rounds } = result;
  const cpuOf = (subject: 'engine' | 'dbos', field: 'cpuMicrosPerStep' | 'postgresCpuMicrosPerStep') => {
    const values = rounds.map((round) => round[subject][field]).filter((value) => value !== undefined);
    return values.length === 0 ? 'n/a' : `${formatRange(spreadOf(values), 0)} µs`;
  };
  const rows = [
    ['Effect steps/s, each committed before the next', formatRange(result.stepsPerSecond, 0)],
    [
      `DBOS Transact ${result.dbosVersion}, the same steps, steps/s`,
      formatRange(result.dbosStepsPerSecond, 0),
    ],
    ['Steps/s of the engine / of DBOS', formatRatio(result.toDbos)],
    ['Bare batched INSERT of the same rows, rows/s', formatRange(result.bareRowsPerSecond, 0)],
    ['Journal rows/s of the engine / of the bare INSERT', formatRatio(result.share)],
    ['CPU per step: engine', cpuOf('engine', 'cpuMicrosPerStep')],
    ['CPU per step: Postgres under the engine', cpuOf('engine', 'postgresCpuMicrosPerStep')],
    ['CPU per step: DBOS', cpuOf('dbos', 'cpuMicrosPerStep')],
    ['CPU per step: Postgres under DBOS', cpuOf('dbos', 'postgresCpuMicrosPerStep')],
  ];
  return [
    `Journal: executions of ${result.steps} effect steps, ${result.inFlight} in flight, ${result.chunksPerExecution.toFixed(1)} rows each`,
    '  The same Postgres with fsync for all, a database of its own for DBOS; they take turns within a round',
    '',
    formatTable(['', 'median (min–max)'], rows),
  ].join('\n');
}

function formatMedian(
  all: readonly Measurement[],
  pick: (measurement: Measurement) => number | undefined,
  digits: number,
): string {
  const values = all.map(pick).filter((value) => value !== undefined);
  return values.length === 0 ? 'n/a' : spreadOf(values).median.toFixed(digits);
}
