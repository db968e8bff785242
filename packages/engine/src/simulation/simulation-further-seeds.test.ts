import { describe } from 'vitest';
import { testSchedules } from '../testing/simulation-schedules.ts';

/** A file of its own, so that another worker runs them at the same time. */
describe('further simulated schedules', () => {
  testSchedules({ firstSeed: 2_501, blocks: 5 });
});
