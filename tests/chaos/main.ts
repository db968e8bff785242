/**
 * The long form of the crash test: `node tests/chaos/main.ts [--rounds 200] [--runs 4] [--steps 10] [--database]`.
 * NAVETTE_TEST_SEED repeats a run. Ends with 1 when an invariant did not hold.
 */
import { parseArgs } from 'node:util';
import { runCrashRounds } from './crash-rounds.ts';
import { createSeededRandom } from './seeded-random.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    runs: { type: 'string', default: '4' },
    steps: { type: 'string', default: '10' },
    /** Kill the database alone too, under a living server. */
    database: { type: 'boolean', default: false },
  },
});

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
process.exitCode = problems.length === 0 ? 0 : 1;
