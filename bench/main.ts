/**
 * `npm run bench`: measures, prints, and keeps the raw figures in bench/results. See --help. Progress goes to standard
 * error, so that standard output is the report alone.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchName, type BenchOptions, parseBenchArguments, usage } from './arguments.ts';
import { measureAttack } from './attack/attack-bench.ts';
import { describeAttack } from './attack/describe-attack.ts';
import { measureCode } from './code/code-bench.ts';
import { describeCode } from './code/describe-code.ts';
import { describeFairness } from './fairness/describe-fairness.ts';
import { measureFairness } from './fairness/fairness-bench.ts';
import { describeForEach } from './for-each/describe-for-each.ts';
import { measureForEach } from './for-each/for-each-bench.ts';
import { measureJournal } from './journal/journal-bench.ts';
import { describeList } from './list/describe-list.ts';
import { measureList } from './list/list-bench.ts';
import { describeMachine } from './machine.ts';
import { describeQueueApi } from './queue-api/describe-queue-api.ts';
import { measureQueueApi } from './queue-api/queue-api-bench.ts';
import { describeReplay } from './replay/describe-replay.ts';
import { measureReplay } from './replay/replay-bench.ts';
import { describeJournal, describeMachineText, describeStartUp, describeWebhook } from './report.ts';
import { measureStartUp } from './start-up/start-up-bench.ts';
import { describeTakeover } from './takeover/describe-takeover.ts';
import { measureTakeover } from './takeover/takeover-bench.ts';
import { describeParked, describeTimers } from './waits/describe-waits.ts';
import { measureParked } from './waits/parked-bench.ts';
import { measureTimers } from './waits/timers-bench.ts';
import { measureWebhook } from './webhook/webhook-bench.ts';
import { describeWorkers } from './workers/describe-workers.ts';
import { measureWorkers } from './workers/workers-bench.ts';

interface Outcome {
  raw: unknown;
  text: string;
}

const benches: Record<BenchName, (options: BenchOptions) => Promise<Outcome>> = {
  webhook: async (options) => toOutcome(await measureWebhook(options), describeWebhook),
  'start-up': async (options) => toOutcome(await measureStartUp(options), describeStartUp),
  journal: async (options) => toOutcome(await measureJournal(options), describeJournal),
  list: async (options) => toOutcome(await measureList(options), describeList),
  timers: async (options) => toOutcome(await measureTimers(options), describeTimers),
  parked: async (options) => toOutcome(await measureParked(options), describeParked),
  takeover: async (options) => toOutcome(await measureTakeover(options), describeTakeover),
  workers: async (options) => toOutcome(await measureWorkers(options), describeWorkers),
  fairness: async (options) => toOutcome(await measureFairness(options), describeFairness),
  'for-each': async (options) => toOutcome(await measureForEach(options), describeForEach),
  code: async (options) => toOutcome(await measureCode(options), describeCode),
  replay: async (options) => toOutcome(await measureReplay(options), describeReplay),
  attack: async (options) => toOutcome(await measureAttack(options), describeAttack),
  'queue-api': async (options) => toOutcome(await measureQueueApi(options), describeQueueApi),
};

function toOutcome<T>(raw: T, describe: (raw: T) => string): Outcome {
  return { raw, text: describe(raw) };
}

const options = readOptions();
if (options) await run(options);

function readOptions(): BenchOptions | undefined {
  try {
    const parsed = parseBenchArguments(process.argv.slice(2));
    if (!parsed) console.log(usage);
    return parsed;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exitCode = 2;
    return undefined;
  }
}

async function run(options: BenchOptions): Promise<void> {
  const machine = describeMachine();
  if (machine.loadBefore[0]! > 0.5)
    console.error(`The machine is busy (load ${machine.loadBefore[0]}): the figures will be blurred.`);
  const texts = [describeMachineText(machine)];
  const results: Record<string, unknown> = {};
  for (const bench of options.benches) {
    const { raw, text } = await benches[bench](options);
    texts.push(text);
    results[bench] = raw;
    const path = saveResult(bench, { bench, at: new Date().toISOString(), machine, result: raw });
    console.error(`${bench}: raw figures in ${path}`);
  }
  process.stdout.write(
    options.json ? `${JSON.stringify({ machine, results }, undefined, 2)}\n` : `\n${texts.join('\n\n')}\n`,
  );
}

function saveResult(bench: BenchName, document: { at: string; [field: string]: unknown }): string {
  const folder = fileURLToPath(new URL('./results', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${document.at.slice(0, 16).replace(/[-:]/g, '')}-${bench}.json`);
  writeFileSync(path, `${JSON.stringify(document, undefined, 2)}\n`);
  return path;
}
