/**
 * The long form of the simulation: `npm run simulate -- [--schedules 100000] [--seed 1] [--processes 2]`. Seeds count up
 * from the first. Ends with 1 when an invariant did not hold; the failing seed repeats alone with `--schedules 1`.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { describeMachine } from '../../bench/machine.ts';
import type { SliceMessage, SliceTotals } from './slice-worker.ts';

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    processes: { type: 'string', default: String(availableParallelism()) },
  },
});
const schedules = readCount('schedules', values.schedules);
const firstSeed = readCount('seed', values.seed);
const threads = Math.min(readCount('processes', values.processes), schedules);

const startedAt = performance.now();
const totals = new Map<string, number>();
const violations: string[] = [];
let done = 0;
let told = 0;

await Promise.all(Array.from({ length: threads }, (_, thread) => runSlice(thread)));
printReport();
process.exitCode = violations.length === 0 ? 0 : 1;

/** Every thread takes each so-manieth seed. */
function runSlice(thread: number): Promise<void> {
  const worker = new Worker(fileURLToPath(new URL('./slice-worker.ts', import.meta.url)), {
    workerData: { first: firstSeed + thread, end: firstSeed + schedules, step: threads },
    // Worlds are made and forgotten by the thousand: a larger new space copies fewer of them.
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  });
  worker.on('message', ({ totals: added, violations: found }: SliceMessage) => {
    add(added);
    violations.push(...found);
    for (const violation of found) console.error(violation);
    tellProgress();
  });
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`A simulation thread ended with ${code}`)),
    );
  });
}

function add(added: SliceTotals): void {
  for (const [name, count] of Object.entries(added)) totals.set(name, (totals.get(name) ?? 0) + count);
  done = totals.get('schedules') ?? 0;
}

function tellProgress(): void {
  const tenth = Math.floor((done / schedules) * 20);
  if (tenth === told) return;
  told = tenth;
  const seconds = (performance.now() - startedAt) / 1_000;
  console.error(
    `${done} of ${schedules} schedules, ${Math.round(done / seconds)}/s, ${violations.length} bad`,
  );
}

function printReport(): void {
  const { cpu, cores, system, node } = describeMachine();
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  const rows = [...totals].map(([name, count]) => `| ${name} | ${count.toLocaleString('en-GB')} |`);
  console.log(
    [
      `Simulation, seeds ${firstSeed} to ${firstSeed + schedules - 1}, ${new Date().toISOString().slice(0, 10)}`,
      `${cpu}, ${cores} cores, ${system}, Node ${node}; ${seconds} s with ${threads} threads`,
      '',
      '| | |',
      '|---|---|',
      ...rows,
      `| violations | ${violations.length} |`,
    ].join('\n'),
  );
}

function readCount(name: string, text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  console.error(`--${name} must be a whole number from 1, not "${text}"`);
  process.exit(2);
}
