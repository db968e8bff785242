import { expect, test } from 'vitest';
import { createCodedChain } from '../chaos/call-workflows.ts';
import { runCrashRounds } from '../chaos/crash-rounds.ts';
import { createSeededRandom } from '../chaos/seeded-random.ts';

/**
 * The server is killed with SIGKILL at a random moment while workflows of ten HTTP calls run, alone or together with its
 * Postgres, and started again, twenty times on one data folder.
 */
test('executions end once and repeat nothing but the call in flight, whenever the server is killed', async () => {
  const random = createSeededRandom('crash');
  const plans: string[] = [];
  const result = await runCrashRounds({
    random,
    rounds: 20,
    runs: 2,
    steps: 10,
    victims: ['server', 'server', 'everything'],
    onRound: (round, plan) => plans.push(`round ${round}: ${plan}`),
  });
  console.log(
    `${result.executions} executions, ${result.kills} kills, ${result.recovered} taken over, ${result.calls} calls, ${result.repeats} repeated`,
  );
  expect(result.problems, `seed ${random.seed}\n${plans.join('\n')}`).toEqual([]);
  expect(result.executions).toBe(40);
  expect(result.calls).toBe(400 + result.repeats);
  // The kills did hit executions at work: otherwise nothing was proved.
  expect(result.recovered).toBeGreaterThanOrEqual(10);
});

test('a coded workflow repeats nothing but the call in flight, whenever the server is killed', async () => {
  const random = createSeededRandom('coded');
  const plans: string[] = [];
  const result = await runCrashRounds({
    random,
    rounds: 6,
    runs: 2,
    steps: 10,
    victims: ['server', 'server', 'everything'],
    define: createCodedChain,
    onRound: (round, plan) => plans.push(`round ${round}: ${plan}`),
  });
  expect(result.problems, `seed ${random.seed}\n${plans.join('\n')}`).toEqual([]);
  expect(result.executions).toBe(12);
  expect(result.calls).toBe(120 + result.repeats);
  expect(result.recovered).toBeGreaterThanOrEqual(2);
});
