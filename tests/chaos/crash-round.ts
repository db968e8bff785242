/** One round of the crash test: start executions, kill at a random moment, start again, wait for the ends. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from './api-client.ts';
import type { CountingServer } from './counting-server.ts';
import type { CrashServer, Victim } from './crash-server.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface CrashPlan {
  /** Names of the executions of this round. */
  runs: string[];
  victim: Victim;
  /** What the kill waits for; `run` and `step` name a call. */
  moment:
    | { kind: 'accepted' }
    | { kind: 'time'; afterMs: number }
    | { kind: 'in-flight'; run: string; step: number }
    | { kind: 'answered'; run: string; step: number };
  /** Kill once more this long after the next start, while the recovery is at work. */
  againAfterMs: number | undefined;
}

export interface CrashStage {
  server: CrashServer;
  counting: CountingServer;
  api: ApiClient;
  workflowId: string;
  steps: number;
}

export interface CrashOutcome {
  plan: CrashPlan;
  /** Run name → execution id. */
  executions: Map<string, string>;
}

export function createPlan(
  random: SeededRandom,
  { round, runs, steps, victims }: { round: number; runs: number; steps: number; victims: readonly Victim[] },
): CrashPlan {
  const names = Array.from({ length: runs }, (_, index) => `round-${round}-run-${index + 1}`);
  const call = { run: random.pick(names), step: random.integer(1, steps) };
  const moment = random.pick<CrashPlan['moment']>([
    { kind: 'accepted' },
    { kind: 'time', afterMs: random.integer(0, 200) },
    { kind: 'time', afterMs: random.integer(0, 200) },
    { kind: 'in-flight', ...call },
    { kind: 'in-flight', ...call },
    { kind: 'answered', ...call },
    { kind: 'answered', ...call },
  ]);
  const againAfterMs = random.chance(0.2) ? random.integer(0, 100) : undefined;
  return { runs: names, victim: random.pick(victims), moment, againAfterMs };
}

export async function runCrashRound(stage: CrashStage, plan: CrashPlan): Promise<CrashOutcome> {
  const { server, api, workflowId } = stage;
  const ids = await Promise.all(plan.runs.map((run) => api.run(workflowId, { run })));
  await reachMoment(stage, plan);
  await killAndStart(server, plan.victim);
  if (plan.againAfterMs !== undefined) {
    await delay(plan.againAfterMs);
    await killAndStart(server, plan.victim);
  }
  for (const id of ids) await api.waitForEnd(id);
  return { plan, executions: new Map(plan.runs.map((run, index) => [run, ids[index]!])) };
}

export function describePlan({ victim, moment, againAfterMs }: CrashPlan): string {
  const when =
    moment.kind === 'accepted'
      ? 'once accepted'
      : moment.kind === 'time'
        ? `after ${moment.afterMs} ms`
        : `${moment.kind === 'in-flight' ? 'with' : 'just after'} call ${moment.step} ${moment.kind}`;
  const again = againAfterMs === undefined ? '' : `, and again ${againAfterMs} ms after the start`;
  return `${victim} killed ${when}${again}`;
}

async function reachMoment({ counting }: CrashStage, { moment }: CrashPlan): Promise<void> {
  switch (moment.kind) {
    case 'accepted':
      return;
    case 'time':
      await delay(moment.afterMs);
      return;
    case 'in-flight':
      return counting.waitForCall(moment.run, moment.step);
    case 'answered':
      return counting.waitForAnswer(moment.run, moment.step);
  }
}

async function killAndStart(server: CrashServer, victim: Victim): Promise<void> {
  await server.kill(victim);
  // The server brings its database back by itself.
  if (victim !== 'database') await server.start();
}
