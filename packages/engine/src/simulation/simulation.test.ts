import { describe, expect, it } from 'vitest';
import { testSchedules } from '../testing/simulation-schedules.ts';
import { runSchedule, type ScheduleReport } from './run-schedule.ts';

/** The long form is `npm run simulate -- --schedules N --seed S`; a failing seed there fails here as well. */
describe('simulated schedules', () => {
  testSchedules({ firstSeed: 1, blocks: 5 });

  it('go the same way again', async () => {
    const again = async (seed: number): Promise<ScheduleReport[]> => [
      await runSchedule(seed),
      await runSchedule(seed),
    ];
    for (let seed = 90_001; seed < 90_021; seed++) {
      const [first, second] = await again(seed);
      expect(second).toEqual(first);
    }
  });
});
