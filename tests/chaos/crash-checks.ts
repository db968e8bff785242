/** Everything that must hold after crash rounds, from the counted calls and the stored rows together. */
import { decodeId } from '@navette/kit';
import { checkCalls, checkKeysApart, checkTakeovers, type Takeover } from './call-checks.ts';
import { stepOf } from './call-workflows.ts';
import type { CrashOutcome, CrashStage } from './crash-round.ts';
import { checkJournal, type StoredChunk } from './journal-checks.ts';
import { openStoreReader, type StoredHistory } from './stored-rows.ts';

export interface CrashVerdict {
  /** In words; empty when every invariant held. */
  problems: string[];
  executions: number;
  /** How many were at work when their server died and were taken over. */
  recovered: number;
}

/** The server of the stage must be running and all executions of the outcomes at their end. */
export async function checkOutcomes(
  { server, counting, steps }: CrashStage,
  outcomes: readonly CrashOutcome[],
): Promise<CrashVerdict> {
  await using reader = await openStoreReader(server.dataDir);
  const histories = new Map((await reader.loadHistories()).map((one) => [one.execution.id, one]));
  const workerPids = await reader.loadWorkerPids();
  const executions = new Map(outcomes.flatMap((outcome) => [...outcome.executions]));
  const problems: string[] = [...checkKeysApart(counting.calls)];
  if (histories.size !== executions.size)
    problems.push(`${executions.size} executions were accepted, ${histories.size} are stored`);
  let recovered = 0;
  for (const [run, publicId] of executions) {
    const history = histories.get(decodeId('execution', publicId) ?? '');
    if (!history) {
      problems.push(`${run}: ${publicId} was accepted and is not stored`);
      continue;
    }
    const calls = counting.callsOf(run);
    problems.push(
      ...checkCalls(run, calls, { steps, lateEpochs: server.lateEpochs }),
      ...checkTakeovers(run, calls, listTakeovers(history, workerPids, server.pids)),
      ...checkJournal(history.execution, history.chunks),
    );
    if (history.execution.status !== 'succeeded') problems.push(`${run}: it ${history.execution.status}`);
    if (history.execution.recoveries > 0) recovered += 1;
  }
  return { problems, executions: executions.size, recovered };
}

/** For each owner that the journal names: the epoch of its process, and the steps that were completed before it. */
function listTakeovers(
  { chunks }: StoredHistory,
  workerPids: ReadonlyMap<string, number>,
  pids: readonly number[],
): Takeover[] {
  const takeovers: Takeover[] = [];
  const completed = new Set<number>();
  for (const chunk of chunks) {
    for (const worker of ownersIn(chunk)) {
      const epoch = pids.lastIndexOf(workerPids.get(worker) ?? -1);
      if (epoch >= 0) takeovers.push({ epoch, completed: new Set(completed) });
    }
    for (const record of chunk.records) {
      const step = record.type === 'step-completed' ? stepOf(record.path) : undefined;
      if (step !== undefined) completed.add(step);
    }
  }
  return takeovers;
}

function ownersIn(chunk: StoredChunk): string[] {
  return chunk.records.flatMap((record) =>
    record.type === 'execution-started' || record.type === 'execution-recovered' ? [record.worker] : [],
  );
}
