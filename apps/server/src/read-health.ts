import type { Health } from '@navette/contracts';
import type { QueueHealth } from '@navette/dispatch';
import type { CodeEngines } from '@navette/sandbox';
import { type Database, type LeaderInfo, loadFreeBytes, minFreeBytes, readLeader } from '@navette/store';
import { describeEngines } from './code/describe-engines.ts';
import { describePolicies, type PolicyFolder } from './policies/policy-folder.ts';
import type { RuntimeHealth } from './runtime/create-runtime.ts';
import type { DatabaseWatch } from './runtime/database-watch.ts';
import { listDuties } from './runtime/role.ts';
import type { WorkDispatcher } from './runtime/work-dispatcher.ts';

type Check = Health['checks'][number];

const databaseLimitMs = 2_000;
const policiesLimitMs = 500;
/** A leader that is silent for so long leads no more, and a candidate should have taken over. */
const leaderSilenceMs = 15_000;
const mebibyte = 1024 * 1024;

export interface HealthOptions {
  version: string;
  database: Database;
  dataDir: string;
  runtime: { health(): RuntimeHealth; dispatcher: Pick<WorkDispatcher, 'health'> };
  watch: DatabaseWatch;
  codeEngines: Pick<CodeEngines, 'lastReport'>;
  policies: PolicyFolder;
  stopping: AbortSignal;
}

/** Whether this process can take work, check by check. */
export async function readHealth(options: HealthOptions): Promise<Health> {
  const { database, stopping, version, watch } = options;
  const runtime = options.runtime.health();
  const { executes } = listDuties(runtime.role);
  const { check, leader } = await checkDatabase(database, watch);
  const checks = [
    check,
    ...(executes ? [checkWorker(runtime), checkCode(options.codeEngines)] : []),
    await checkPolicies(options.policies),
    ...(check.ok ? [checkScheduler(runtime, leader)] : []),
    checkQueue(options.runtime.dispatcher.health()),
    checkDisk(options.dataDir, watch),
  ];
  const isOk = checks.every((each) => each.ok);
  return { status: stopping.aborted ? 'stopping' : isOk ? 'ok' : 'degraded', version, checks };
}

async function checkDatabase(
  { pool }: Database,
  watch: DatabaseWatch,
): Promise<{ check: Check; leader: LeaderInfo | undefined }> {
  const startedAt = performance.now();
  const timer = Promise.withResolvers<never>();
  const timeout = setTimeout(
    () => timer.reject(new Error(`no answer within ${databaseLimitMs} ms`)),
    databaseLimitMs,
  );
  const name = 'database';
  try {
    const leader = await Promise.race([readLeader(pool), timer.promise]);
    const elapsedMs = Math.round(performance.now() - startedAt);
    // As long as the watch doubts, new work is refused.
    if (watch.unreachableSince) return { check: describeSilence(watch), leader };
    return { check: { name, ok: true, detail: `answers in ${elapsedMs} ms` }, leader };
  } catch (error) {
    watch.suspect(error);
    return { check: describeSilence(watch), leader: undefined };
  } finally {
    clearTimeout(timeout);
  }
}

function describeSilence({ unreachableSince }: DatabaseWatch): Check {
  const since = unreachableSince?.toISOString();
  const detail = since ? `database unreachable since ${since}` : 'does not answer';
  return { name: 'database', ok: false, detail };
}

function checkWorker({ active, leaseOk, silenceMs }: RuntimeHealth): Check {
  const detail = leaseOk
    ? `${active} executions at work`
    : `the database has not heard of it for ${Math.round(silenceMs / 1_000)} s`;
  return { name: 'worker', ok: leaseOk, detail };
}

/** A process that goes on without its queue can take work, and says so. */
function checkQueue({ detail, mode }: QueueHealth): Check {
  return { name: 'queue', ok: mode !== 'refusing', detail };
}

/** An engine that cannot run here fails the steps that ask for it, and says so; the process is well. */
function checkCode({ lastReport }: Pick<CodeEngines, 'lastReport'>): Check {
  return { name: 'code', ok: true, detail: lastReport ? describeEngines(lastReport) : 'not looked at yet' };
}

/** Code that a broken policy is for is refused, and says so; the process is well. */
async function checkPolicies(policies: PolicyFolder): Promise<Check> {
  // Of a file system that does not answer, what was read last is told.
  const timer = Promise.withResolvers<void>();
  const timeout = setTimeout(timer.resolve, policiesLimitMs);
  await Promise.race([policies.read(), timer.promise]);
  clearTimeout(timeout);
  return { name: 'policies', ok: true, detail: describePolicies(policies.last) };
}

/** Who leads. It counts only where this process could do something about it. */
function checkScheduler({ leads, role }: RuntimeHealth, leader: LeaderInfo | undefined): Check {
  const name = 'scheduler';
  if (leads) return { name, ok: true, detail: 'led by this process' };
  if (leader && leader.silenceMs < leaderSilenceMs) {
    const since = leader.electedAt.toISOString();
    return { name, ok: true, detail: `led by ${leader.host}:${leader.pid} since ${since}` };
  }
  const detail = 'nobody leads: waits, schedules and dead workers are not looked after';
  return { name, ok: !listDuties(role).schedules, detail };
}

function checkDisk(dataDir: string, watch: DatabaseWatch): Check {
  const name = 'disk';
  const since = watch.fullSince?.toISOString();
  if (since) return { name, ok: false, detail: `the disk of the database is full since ${since}` };
  const freeBytes = loadFreeBytes(dataDir);
  return { name, ok: freeBytes >= minFreeBytes, detail: `${Math.floor(freeBytes / mebibyte)} MB free` };
}
