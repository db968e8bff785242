/**
 * What must be true when the storm is over.
 *
 * 1. Every execution that was accepted is stored and has succeeded; there is one for each key; nothing is left open.
 * 2. Each run made each of its calls, and, where they depend on each other, in order and with the right token.
 * 3. A call and its key stand for each other. A call that is made again was in flight when its process was cut off: none
 *    comes after a later one. But a process that was frozen may still send what it had begun, under the same key, right
 *    after it wakes up: nobody can keep it from that. Such late calls are counted.
 * 4. The rules of every journal (journal-checks.ts).
 */

import type { JournalRecord } from '@navette/contracts';
import { decodeId } from '@navette/kit';
import { listUnheardRejections } from '@navette/testing';
import pg from 'pg';
import { checkKeysApart } from '../call-checks.ts';
import { type Call, type CountingServer, tokenOf } from '../counting-server.ts';
import { checkJournal, type StoredChunk, type StoredExecution } from '../journal-checks.ts';
import type { StormCluster } from './storm-cluster.ts';
import { stormWorkflows } from './storm-workflows.ts';

/** After a frozen process woke up: on a busy machine it takes a moment until it runs. */
const lateLimitMs = 2_000;

export interface StormVerdict {
  /** In words; empty when every invariant held. */
  problems: string[];
  executions: number;
  calls: number;
  /** Calls that were made again, under the same key. */
  repeats: number;
  /** Of these: what a frozen process had begun, and sent when it woke up. */
  lateCalls: number;
  recovered: number;
}

export async function checkStorm(storm: {
  cluster: StormCluster;
  counting: CountingServer;
  accepted: ReadonlyMap<string, { executionId: string; workflow: string }>;
  /** When frozen processes woke up, on the clock of `performance.now`. */
  thaws: readonly number[];
}): Promise<StormVerdict> {
  const { cluster, counting, accepted, thaws } = storm;
  const isLate = ({ at }: Call) => thaws.some((thaw) => at >= thaw - 500 && at <= thaw + lateLimitMs);
  const client = new pg.Client({ connectionString: cluster.postgres.connectionString });
  await client.connect();
  const executions = await loadExecutions(client);
  const chunks = await loadChunks(client);
  await client.end();
  const problems = checkKeysApart(counting.calls);
  for (const execution of executions.values())
    problems.push(...checkJournal(execution, chunks.get(execution.id) ?? []));
  for (const { id, status } of executions.values())
    if (status !== 'succeeded') problems.push(`${id} ${status}: ${describeEnd(chunks.get(id))}`);
  const callsByRun = Map.groupBy(counting.calls, (call) => call.run);
  let repeats = 0;
  let lateCalls = 0;
  for (const [run, { executionId, workflow }] of accepted) {
    const id = decodeId('execution', executionId) ?? '';
    if (!executions.has(id)) problems.push(`${run}: ${executionId} was accepted and is not stored`);
    const about = stormWorkflows.find(({ name }) => name === workflow)!;
    const calls = callsByRun.get(run) ?? [];
    const late = about.ordered ? listOvertaken(calls).filter(isLate) : [];
    lateCalls += late.length;
    problems.push(
      ...checkRun(
        run,
        calls.filter((call) => !late.includes(call)),
        about,
      ),
    );
    repeats += calls.length - about.calls;
  }
  const keys = new Set([...executions.values()].map((execution) => execution.key).filter(Boolean));
  const roots = [...executions.values()].filter((execution) => execution.parentId === null);
  if (keys.size !== roots.length) problems.push(`${roots.length} executions stand for ${keys.size} keys`);
  for (const line of listUnheardRejections(cluster.logs()))
    problems.push(`a promise failed: ${line.slice(0, 300)}`);
  return {
    problems,
    executions: executions.size,
    calls: counting.calls.length,
    repeats,
    lateCalls,
    recovered: [...executions.values()].filter((execution) => execution.recoveries > 0).length,
  };
}

function checkRun(
  run: string,
  calls: readonly Call[],
  { calls: expected, ordered }: { calls: number; ordered: boolean },
): string[] {
  const problems: string[] = [];
  const steps = new Set(calls.map((call) => call.step));
  for (let step = 1; step <= expected; step++) {
    if (!steps.has(step)) problems.push(`${run}: call ${step} was never made`);
  }
  if (steps.size > expected) problems.push(`${run}: ${steps.size} different calls instead of ${expected}`);
  if (!ordered) return problems;
  let furthest = 0;
  for (const call of calls) {
    const before = call.step === 1 ? undefined : tokenOf(run, call.step - 1);
    if (call.token !== before) problems.push(`${run}: call ${call.step} came with the token ${call.token}`);
    if (call.step > furthest + 1) problems.push(`${run}: call ${call.step} came before call ${furthest + 1}`);
    // What a later call followed had been completed.
    if (call.step < furthest) problems.push(`${run}: call ${call.step} came again after call ${furthest}`);
    furthest = Math.max(furthest, call.step);
  }
  return problems;
}

/** Calls that came after a later one. */
function listOvertaken(calls: readonly Call[]): Call[] {
  let furthest = 0;
  return calls.filter(({ step }) => {
    furthest = Math.max(furthest, step);
    return step < furthest;
  });
}

type Stored = StoredExecution & { key: string | null; parentId: string | null };

async function loadExecutions(client: pg.Client): Promise<Map<string, Stored>> {
  const { rows } = await client.query<Stored & { fence: string }>(
    `SELECT id, status, fence, owner, finished_at AS "finishedAt", recoveries, idempotency_key AS key,
       parent_id AS "parentId" FROM executions`,
  );
  return new Map(rows.map((row) => [row.id, { ...row, fence: Number(row.fence) }]));
}

async function loadChunks(client: pg.Client): Promise<Map<string, StoredChunk[]>> {
  const { rows } = await client.query<{ id: string; seq: number; fence: string; records: JournalRecord[] }>(
    'SELECT execution_id AS id, seq, fence, records::json AS records FROM journal ORDER BY execution_id, seq',
  );
  const chunks = rows.map(({ id, seq, fence, records }) => ({
    executionId: id,
    seq,
    fence: Number(fence),
    records,
  }));
  return Map.groupBy(chunks, (chunk) => chunk.executionId);
}

function describeEnd(chunks: readonly StoredChunk[] | undefined): string {
  const last = chunks
    ?.flatMap((chunk) => chunk.records)
    .findLast((record) => record.type === 'execution-finished');
  return JSON.stringify(last && 'error' in last ? last.error : undefined)?.slice(0, 300) ?? 'no reason';
}
