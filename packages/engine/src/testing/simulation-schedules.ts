/** The schedules of CI, spread over test files so that every worker takes part: each file runs its own seeds. */
import { expect, it } from 'vitest';
import { runSchedule } from '../simulation/run-schedule.ts';

const perBlock = 500;

/** Defines the tests of so many blocks of 500 seeds, counted up from `firstSeed`, and one that they were no calm days. */
export function testSchedules({ firstSeed, blocks }: { firstSeed: number; blocks: number }): void {
  const total = { crashes: 0, freezes: 0, recoveries: 0, fencedWrites: 0, repeatedCalls: 0, answers: 0 };

  it.each(Array.from({ length: blocks }, (_, block) => [firstSeed + block * perBlock]))(
    'from seed %i end as they would in calm weather',
    { timeout: 300_000 },
    async (first) => {
      for (let seed = first; seed < first + perBlock; seed++) {
        const report = await runSchedule(seed);
        expect({ seed, violations: report.violations }).toEqual({ seed, violations: [] });
        for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += report[name];
      }
    },
  );

  it('had storms worth the name', () => {
    expect(total.crashes).toBeGreaterThan(1_000);
    expect(total.freezes).toBeGreaterThan(1_000);
    expect(total.recoveries).toBeGreaterThan(1_000);
    expect(total.fencedWrites).toBeGreaterThan(100);
    expect(total.repeatedCalls).toBeGreaterThan(100);
    expect(total.answers).toBeGreaterThan(100);
  });
}
