/**
 * Lets what waits behind limits pass as far as they have room, after dealing with what overflows them.
 *
 * A held execution goes through its concurrency limit first and then, holding its place, through its rate limit: so the
 * rate counts starts. Limits are locked once, in one order (sql/limit-keys.ts); those that come up on the way are left to
 * another transaction.
 */
import { engineErrors } from '@navette/engine';
import type { ClientBase } from 'pg';
import { listReplaced, listSkipped, passConcurrency, passRate } from '../sql/let-pass.ts';
import { type LockedLimit, lockLimits } from '../sql/limit-keys.ts';
import { endByLimit } from './end-by-limit.ts';
import { createPassOutcome, type PassOutcome } from './pass-outcome.ts';

const replaced = engineErrors.create('EXECUTION_REPLACED');
const skipped = engineErrors.create('EXECUTION_SKIPPED');

export async function letPass(client: ClientBase, limitIds: readonly string[]): Promise<PassOutcome> {
  const outcome = createPassOutcome();
  const limits = await lockLimits(client, limitIds);
  const concurrency = limits.filter((limit) => limit.kind === 'concurrency');
  const rates = limits.filter((limit) => limit.kind === 'rate');
  for (const limit of concurrency) {
    if (limit.overflow === 'cancel-oldest') await endReplaced(client, limit, outcome);
  }
  if (concurrency.length > 0) await passAll(client, concurrency, rates, outcome);
  if (rates.length > 0) outcome.ready.push(...(await passRate(client, listIds(rates))));
  for (const limit of limits) {
    if (limit.overflow === 'skip') await endSkipped(client, limit, outcome);
  }
  return outcome;
}

async function passAll(
  client: ClientBase,
  concurrency: readonly LockedLimit[],
  rates: readonly LockedLimit[],
  outcome: PassOutcome,
): Promise<void> {
  const locked = new Set(listIds(rates));
  for (const { id, rateId } of await passConcurrency(client, listIds(concurrency))) {
    if (rateId === null) outcome.ready.push(id);
    else if (!locked.has(rateId)) outcome.again.push(rateId);
  }
}

async function endReplaced(client: ClientBase, limit: LockedLimit, outcome: PassOutcome): Promise<void> {
  for (const execution of await listReplaced(client, limit.id)) {
    await endByLimit(client, execution, replaced.toRecord(), outcome);
  }
}

async function endSkipped(client: ClientBase, limit: LockedLimit, outcome: PassOutcome): Promise<void> {
  for (const execution of await listSkipped(client, limit.id)) {
    await endByLimit(client, execution, skipped.toRecord(), outcome);
    // Behind a rate it held a place of its concurrency limit.
    if (execution.concurrencyId !== null && execution.concurrencyId !== limit.id)
      outcome.again.push(execution.concurrencyId);
  }
}

function listIds(limits: readonly LockedLimit[]): string[] {
  return limits.map((limit) => limit.id);
}
