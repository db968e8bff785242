import { expect, test } from 'vitest';
import { runCreateRounds } from '../chaos/creates/run-create-rounds.ts';
import { createSeededRandom } from '../chaos/seeded-random.ts';

/** More in a long run: NAVETTE_CREATE_ROUNDS. */
const rounds = Number(process.env['NAVETTE_CREATE_ROUNDS'] ?? 4);

test(
  'what is made under a key is made once and whole, whenever the server is killed',
  async () => {
    const random = createSeededRandom('creates');
    const plans: string[] = [];
    const { problems, ...counts } = await runCreateRounds({
      random,
      rounds,
      onRound: (round, plan) => plans.push(`round ${round}: ${plan}`),
    });
    console.log(counts);
    expect(problems, `seed ${random.seed}\n${plans.join('\n')}`).toEqual([]);
    expect(counts.creates).toBe(rounds * 18);
    // The kills did hit creates at work: otherwise nothing was proved.
    expect(counts.unheard + counts.orphans + counts.halfWritten).toBeGreaterThan(0);
  },
  300_000 + rounds * 20_000,
);
