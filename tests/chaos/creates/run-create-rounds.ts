/** Rounds of keyed creates on one data folder, and what must hold after all of them. */
import { checkCalls } from '../call-checks.ts';
import { createCallChain } from '../call-workflows.ts';
import { openStage } from '../open-stage.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { openStoreReader } from '../stored-rows.ts';
import { checkContents } from './check-contents.ts';
import { checkAudit, checkBytes, checkRows, checkSecrets } from './check-creates.ts';
import { idIn } from './create-kinds.ts';
import { type CreateOutcome, describeCreatePlan, planCreates, runCreateRound } from './create-round.ts';

export interface CreateRounds {
  /** In words; empty when every invariant held. */
  problems: string[];
  creates: number;
  kills: number;
  /** Made before a kill, and only a repeat was told. */
  unheard: number;
  /** Contents without a file, and half written files, before they were collected. */
  orphans: number;
  halfWritten: number;
}

export async function runCreateRounds({
  random,
  rounds,
  onRound = () => {},
}: {
  random: SeededRandom;
  rounds: number;
  onRound?: (round: number, plan: string) => void;
}): Promise<CreateRounds> {
  await using stage = await openStage();
  const { api, counting, server } = stage;
  const workflowId = await stage.createWorkflow('Calls', (url) => createCallChain(url, 1));
  const problems: string[] = [];
  const outcomes: CreateOutcome[] = [];
  for (let round = 1; round <= rounds; round++) {
    const plan = planCreates(random, round);
    onRound(round, describeCreatePlan(plan));
    const result = await runCreateRound({ server, api, workflowId }, plan);
    problems.push(...result.problems);
    outcomes.push(...result.outcomes);
  }
  for (const { create, body } of outcomes) {
    if (create.kind !== 'execution' || body === undefined) continue;
    await api.waitForEnd(idIn('execution', body));
    problems.push(...checkCalls(create.name, counting.callsOf(create.name), { steps: 1 }));
  }
  await using reader = await openStoreReader(server.dataDir);
  problems.push(...(await checkRows(reader, outcomes)), ...(await checkAudit(reader)));
  const { dataDir, output, url } = server;
  problems.push(...(await checkSecrets({ reader, outcomes, url, dataDir, output })));
  const contents = await checkContents(reader, dataDir);
  problems.push(...contents.problems, ...(await checkBytes(api, outcomes)));
  return {
    problems,
    creates: outcomes.length,
    kills: server.epoch,
    unheard: outcomes.filter(({ wasUnheard }) => wasUnheard).length,
    orphans: contents.orphans,
    halfWritten: contents.halfWritten,
  };
}
