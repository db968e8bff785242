/** What is kept of an execution that has ended, and for how long. Pure. */
import type { ExecutionStatus, SaveSettings } from '@navette/contracts';
import { isTerminal } from '@navette/contracts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** What is not kept stays so long after its end, for whoever waits for the answer. */
const lingerMs = 5 * 60_000;
/** A repeat of a request within this time gets the first answer, which the data holds. */
const keyHonouredMs = 24 * hourMs;

export interface RetentionDefaults {
  /** Which ended executions are kept, where the workflow says nothing. */
  executions: 'all' | 'errors' | 'none';
  /** Days that data of kept ones stays, where the workflow says nothing. */
  days: number;
  /** Days that kept executions stay listed. */
  summaryDays: number;
  /** Days that a file stays which was uploaded and which nothing names. */
  uploadDays: number;
}

/** Of one workflow. */
export type RetentionRules = Pick<RetentionDefaults, 'executions' | 'days' | 'summaryDays'>;

export interface EndedExecution {
  status: ExecutionStatus;
  createdAt: Date;
  finishedAt: Date | null;
  dataDeletedAt: Date | null;
  hasIdempotencyKey: boolean;
}

/** delete-data: the row stays as a summary. delete-all: the row goes too. */
export type Verdict = 'keep' | 'delete-data' | 'delete-all';

export function createRules(defaults: RetentionDefaults, save: SaveSettings | undefined): RetentionRules {
  const { executions, days, summaryDays } = defaults;
  return { executions: save?.executions ?? executions, days: save?.days ?? days, summaryDays };
}

export function decideRetention(execution: EndedExecution, rules: RetentionRules, nowMs: number): Verdict {
  const { status, createdAt, finishedAt, dataDeletedAt, hasIdempotencyKey } = execution;
  if (!isTerminal(status) || finishedAt === null) return 'keep';
  const endedMs = finishedAt.getTime();
  const keyUntilMs = hasIdempotencyKey ? createdAt.getTime() + keyHonouredMs : 0;
  if (!isKept(status, rules))
    return nowMs >= Math.max(endedMs + lingerMs, keyUntilMs) ? 'delete-all' : 'keep';
  const dataUntilMs = Math.max(endedMs + rules.days * dayMs, keyUntilMs);
  if (nowMs < dataUntilMs) return 'keep';
  if (nowMs >= endedMs + rules.summaryDays * dayMs) return 'delete-all';
  return dataDeletedAt === null ? 'delete-data' : 'keep';
}

/** Executions that were created later need not be looked at: nothing of theirs can be due. */
export function findCutoff(rules: RetentionRules, nowMs: number): Date {
  const keptMs = rules.executions === 'all' ? rules.days * dayMs : lingerMs;
  return new Date(nowMs - keptMs);
}

function isKept(status: ExecutionStatus, { executions }: RetentionRules): boolean {
  return executions === 'all' || (executions === 'errors' && status !== 'succeeded');
}
