/**
 * The long form of the crash tests.
 *
 * `npm run chaos -- --minutes 10 [--callers 8] [--every 2000]`: the storm, a whole installation of processes with Redis.
 * `npm run chaos -- [--rounds 200] [--runs 4] [--steps 10] [--database]`: one process, killed at chosen moments.
 *
 * NAVETTE_TEST_SEED repeats the choices of a run. Ends with 1 when an invariant did not hold.
 */
import { parseArgs } from 'node:util';
import { runCrashRounds } from './crash-rounds.ts';
import { createSeededRandom } from './seeded-random.ts';
import { printStorm } from './storm/print-storm.ts';
import { runStorm } from './storm/run-storm.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    runs: { type: 'string', default: '4' },
    steps: { type: 'string', default: '10' },
    /** Kill the database alone too, under a living server. */
    database: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    callers: { type: 'string', default: '8' },
    /** Mean milliseconds between the faults of the storm. */
    every: { type: 'string', default: '2000' },
  },
});

process.exitCode =
  values.minutes === undefined ? await runRounds() : await runMinutes(Number(values.minutes));

async function runMinutes(minutes: number): Promise<number> {
  const report = await runStorm({
    random: createSeededRandom('storm'),
    seconds: minutes * 60,
    callers: Number(values.callers),
    everyMs: Number(values.every),
    onFault: (fault, accepted) => console.error(`${accepted} accepted; ${fault}`),
  });
  return printStorm(report);
}

async function runRounds(): Promise<number> {
  const rounds = Number(values.rounds);
  const startedAt = performance.now();
  const { problems, ...counts } = await runCrashRounds({
    random: createSeededRandom('chaos'),
    rounds,
    runs: Number(values.runs),
    steps: Number(values.steps),
    victims: ['server', 'everything', ...(values.database ? (['database'] as const) : [])],
    onRound: (round, plan) => console.log(`${round}/${rounds} ${plan}`),
  });
  console.log({ ...counts, seconds: Math.round((performance.now() - startedAt) / 1_000) });
  for (const problem of problems) console.error(problem);
  return problems.length === 0 ? 0 : 1;
}
