/** Crash rounds one after the other on one data folder; what the e2e test runs in short and `main.ts` in long form. */
import { setTimeout as delay } from 'node:timers/promises';
import { countRepeats } from './call-checks.ts';
import { createCallChain } from './call-workflows.ts';
import { type CrashVerdict, checkOutcomes } from './crash-checks.ts';
import { type CrashOutcome, createPlan, describePlan, runCrashRound } from './crash-round.ts';
import type { Victim } from './crash-server.ts';
import { openStage } from './open-stage.ts';
import { createRandomFrom, type SeededRandom } from './seeded-random.ts';

export interface CrashRounds extends CrashVerdict {
  kills: number;
  calls: number;
  /** Calls that were in flight at a kill and made again. */
  repeats: number;
}

export async function runCrashRounds({
  random,
  rounds,
  runs,
  steps,
  victims,
  define = createCallChain,
  onRound = () => {},
}: {
  random: SeededRandom;
  rounds: number;
  /** Executions of each round, at work at the same time. */
  runs: number;
  /** Calls of each execution. */
  steps: number;
  victims: readonly Victim[];
  /** The workflow that makes the calls. */
  define?: typeof createCallChain;
  onRound?: (round: number, plan: string) => void;
}): Promise<CrashRounds> {
  const delays = createRandomFrom(random.seed + 1);
  await using stage = await openStage({ answer: () => ({ after: delay(delays.integer(0, 15)) }) });
  const workflowId = await stage.createWorkflow('Calls', (url) => define(url, steps));
  const crashStage = { ...stage, workflowId, steps };
  const outcomes: CrashOutcome[] = [];
  for (let round = 1; round <= rounds; round++) {
    const plan = createPlan(random, { round, runs, steps, victims });
    onRound(round, describePlan(plan));
    outcomes.push(await runCrashRound(crashStage, plan));
  }
  const verdict = await checkOutcomes(crashStage, outcomes);
  return {
    ...verdict,
    kills: stage.server.epoch,
    calls: stage.counting.calls.length,
    repeats: countRepeats(stage.counting.calls),
  };
}
