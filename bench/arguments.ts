import { parseArgs } from 'node:util';

export const benchNames = [
  'webhook',
  'start-up',
  'journal',
  'list',
  'timers',
  'parked',
  'takeover',
  'workers',
  'fairness',
  'for-each',
  'code',
  'replay',
  'attack',
  'queue-api',
] as const;
export type BenchName = (typeof benchNames)[number];

export interface BenchOptions {
  benches: readonly BenchName[];
  /** Length of one round. */
  seconds: number;
  rounds: number;
  /** Of the load generator; one measurement each. */
  connections: readonly number[];
  /** Of whatever the benchmark makes many of; its own default when left out. */
  count: number | undefined;
  /** Print JSON in place of the tables. */
  json: boolean;
}

export const usage = `Usage: npm run bench -- [names] [options]

Without a name all of them run.
  webhook    webhook → set → if → set → respond, durable: ours, Node-RED, and a bare Fastify handler
  start-up   restart to first answered webhook, memory and CPU at rest
  journal    steps per second of the journal writer against DBOS Transact and a bare batched INSERT
  list       first pages of the list of executions among 1,000,000 (--count)
  timers     100,000 waits that end within one second (--count): how fast they go on, and how late
  parked     1,000,000 waits that end in a year (--count): memory, CPU at rest, time of a restart
  takeover   one of two processes is killed with 100 executions in flight (--count)
  workers    queued executions per second of two processes against one (--count executions a round)
  fairness   eight quiet projects alone, and beside one with 100 times the load
  for-each   a fan-out over 100 and over 10,000 items (--count), and its memory
  code       code steps: chains of them, their overhead, 100,000 items (--count) through a map
  replay     a coded workflow with 1,000 calls in its journal (--count) after kill -9: time to its next call
  attack     code that takes more than it may: answers of /health meanwhile, and how far limits are overrun
  queue-api  200 executions a second (--count) queued over HTTP: latencies, and what a kill -9 loses

  --seconds N       length of one round (default 10)
  --rounds N        rounds of each subject, interleaved (default 5, at least 3)
  --connections N,M connections of the load generator (default 16,64)
  --count N         rows, waits or executions, for the benchmarks that say so
  --json            print JSON in place of tables
  --help            show this

Raw figures go to bench/results/. The machine should do nothing else meanwhile.`;

/** Undefined: help was asked for. @throws TypeError that names the mistake */
export function parseBenchArguments(args: readonly string[]): BenchOptions | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '10' },
      rounds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '16,64' },
      count: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const benches = positionals.map((name) => {
    const known = benchNames.find((bench) => bench === name);
    if (!known) throw new TypeError(`There is no benchmark "${name}": choose from ${benchNames.join(', ')}`);
    return known;
  });
  return {
    benches: benches.length > 0 ? benches : benchNames,
    seconds: parseNumber('seconds', values.seconds, 1),
    rounds: parseNumber('rounds', values.rounds, 3),
    connections: values.connections.split(',').map((text) => parseNumber('connections', text, 1)),
    count: values.count === undefined ? undefined : parseNumber('count', values.count, 1),
    json: values.json,
  };
}

function parseNumber(name: string, text: string, min: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min)
    throw new TypeError(`--${name} must be a whole number of at least ${min}, not "${text}"`);
  return value;
}
