/**
 * Makes executions that are queued: those without limits by one statement, those with limits put behind them, gathered
 * into one that waits already, or let pass at once, in the same transaction.
 */
import { queuedCauses } from '@navette/contracts';
import type { NewExecution, WriteResult } from '@navette/engine';
import type { ErrorRecord } from '@navette/kit';
import type { ClientBase } from 'pg';
import type { EncodedRecords } from '../payload/write-encoder.ts';
import { createQueued } from '../sql/create-queued.ts';
import { findTwin } from '../sql/find-twin.ts';
import { type Gathered, gatherTrigger } from '../sql/gather-trigger.ts';
import { lockLimitsOf } from '../sql/limit-keys.ts';
import { type LimitMark, markLimited, readMarked } from '../sql/mark-limited.ts';
import { endByLimit } from './end-by-limit.ts';
import { letPass } from './let-pass.ts';
import { createPassOutcome, type PassOutcome } from './pass-outcome.ts';

export type Create = EncodedRecords & {
  execution: NewExecution;
  /** It ends at once as cancelled, for this reason: so that it is seen that it did not run. */
  refused?: ErrorRecord;
};

export interface CreateOutcome {
  /** By id; those that had a twin already are missing. */
  results: Map<string, WriteResult>;
  pass: PassOutcome;
}

/** Needs a transaction when one of them has limits or is refused. */
export async function createExecutions(
  client: ClientBase,
  creates: readonly Create[],
): Promise<CreateOutcome> {
  const plain = creates.filter(({ execution, refused }) => refused || !execution.limits);
  const limited = creates.filter(({ execution, refused }) => !refused && execution.limits);
  const results = new Map<string, WriteResult>();
  const made = plain.length > 0 ? await createQueued(client, plain) : new Set<string>();
  for (const id of made) results.set(id, { outcome: 'written' });
  const pass = limited.length > 0 ? await createLimited(client, limited, results) : createPassOutcome();
  for (const { execution, refused } of plain) {
    if (!refused || !made.has(execution.id)) continue;
    await endByLimit(client, execution, refused, pass);
    results.set(execution.id, { outcome: 'written', state: 'skipped' });
  }
  return { results, pass };
}

async function createLimited(
  client: ClientBase,
  creates: readonly Create[],
  results: Map<string, WriteResult>,
): Promise<PassOutcome> {
  await lockLimitsOf(
    client,
    creates.map(({ execution }) => execution),
  );
  const triggered = creates.filter(({ execution }) => execution.limits?.trigger);
  const direct = creates.filter(({ execution }) => !execution.limits?.trigger);
  const made = await createMarked(client, direct, null);
  const parked: NewExecution[] = [];
  for (const create of triggered) {
    const gathered = await gather(client, create);
    // One by one, so that the next one of the same key finds it gathering.
    if (gathered?.kind === 'now') made.push(...(await createMarked(client, [create], null)));
    if (gathered?.kind === 'delayed') parked.push(...(await createMarked(client, [create], gathered.wakeAt)));
    if (gathered?.kind === 'merged')
      results.set(create.execution.id, { outcome: 'merged', executionId: gathered.executionId });
  }
  const pass = made.length > 0 ? await letPass(client, listLimits(made)) : createPassOutcome();
  const own = new Set([...made, ...parked].map((execution) => execution.id));
  for (const row of await readMarked(client, [...own])) results.set(row.id, describeResult(row));
  // Their creator hears of them by the result.
  return { ...pass, ready: pass.ready.filter((id) => !own.has(id)) };
}

/** Gives those that had no twin. */
async function createMarked(
  client: ClientBase,
  creates: readonly Create[],
  wakeAt: number | null,
): Promise<NewExecution[]> {
  if (creates.length === 0) return [];
  const ids = await createQueued(client, creates);
  const made = creates.map(({ execution }) => execution).filter((execution) => ids.has(execution.id));
  await markLimited(
    client,
    made.map((execution) => describeMark(execution, wakeAt)),
  );
  return made;
}

/** Undefined for a twin of one that exists: it must not be gathered twice. */
async function gather(client: ClientBase, create: Create): Promise<Gathered | undefined> {
  const { execution } = create;
  if ((await findTwin(client, execution)) !== undefined) return undefined;
  return gatherTrigger(client, create, execution.limits!.trigger!);
}

function describeMark(execution: NewExecution, wakeAt: number | null): LimitMark {
  const { concurrency, rate, trigger } = execution.limits!;
  const key: Record<string, string> = trigger?.label ? { key: trigger.label } : {};
  const of = trigger?.label ? ` of ${trigger.label}` : '';
  const ms = trigger?.kind === 'debounce' ? trigger.debounceMs : (trigger?.throttleMs ?? 0);
  const gathering =
    trigger?.kind === 'debounce'
      ? `Waits until no trigger${of} has come for ${ms} ms`
      : `Waits for its turn: at most one start${of} every ${ms} ms`;
  return {
    id: execution.id,
    concurrencyId: concurrency?.id ?? null,
    rateId: rate?.id ?? null,
    wakeAt,
    reason: wakeAt === null ? queuedCauses.limit : gathering,
    why: wakeAt === null || !trigger ? null : { code: `trigger-${trigger.kind}`, params: { ...key, ms } },
  };
}

function listLimits(executions: readonly NewExecution[]): string[] {
  const ids = executions.flatMap(({ limits }) => [limits?.concurrency?.id, limits?.rate?.id]);
  return [...new Set(ids.filter((id) => id !== undefined))];
}

function describeResult({ status, held }: { status: string; held: boolean }): WriteResult {
  if (status === 'waiting') return { outcome: 'written', state: 'delayed' };
  if (status === 'cancelled') return { outcome: 'written', state: 'skipped' };
  return held ? { outcome: 'written', state: 'held' } : { outcome: 'written' };
}
