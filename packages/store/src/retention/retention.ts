/**
 * Retention: deletes what nobody asked to keep, and then what nothing needs any more.
 *
 * A round goes over the executions that may be due (by workflow, oldest first), then over the payloads, files and bytes
 * whose review is due. What a round lets go of is reviewed a grace later, in a later round: between the two, whoever takes
 * hold of it again keeps it (two phases).
 *
 * Invariants:
 * 1. Every step is a small transaction that skips what others have locked; between steps there is a pause as long as the
 *    step, so that a round takes at most half of one connection.
 * 2. A round that is cut off has lost nothing: the next one begins anew, and what was done is done.
 * 3. Versions of workflows are never deleted, so whatever an execution was pinned to is there.
 *
 * Owns: how far the walk over each workflow got. Rounds go on from there, and from the start once a day, for those that
 * were still at work or protected when the walk came by.
 */
import { createUuid, type Logger } from '@navette/kit';
import type { ContentStore } from '../artifact-storage/content-store.ts';
import type { Database } from '../database.ts';
import { type AuditRepository, systemActor } from '../repositories/audit-repository.ts';
import { deleteExecutions, finishInterrupted } from './delete-executions.ts';
import { type ListedExecution, listOldest, listSummaries, type WalkPosition } from './list-ended.ts';
import { RuleList, type WorkflowRules } from './list-rules.ts';
import { previewRetention, type RetentionPreview } from './preview-retention.ts';
import { RetentionCounts } from './retention-counts.ts';
import {
  claimRound,
  completeRound,
  type LastRound,
  type RoundCounts,
  readLastRound,
  renewRound,
} from './retention-lease.ts';
import { decideRetention, findCutoff, type RetentionDefaults, type Verdict } from './retention-rules.ts';
import { reviewArtifacts } from './review-artifacts.ts';
import { reviewContents } from './review-contents.ts';
import { type ReviewResult, reviewPayloads } from './review-payloads.ts';

const pageSize = 1_000;
const executionsPerStep = 200;
const reviewsPerStep = 200;
const contentsPerStep = 20;
const fullWalkEveryMs = 86_400_000;
const longestPauseMs = 1_000;
/** Well within the lease. */
const renewEveryMs = 60_000;
const dayMs = 86_400_000;

export interface RetentionOptions {
  database: Database;
  contents: ContentStore;
  audit: AuditRepository;
  defaults: RetentionDefaults;
  logger: Logger;
  /** Between steps; tests pass one that does not wait. */
  pause?: (ms: number) => Promise<void>;
}

/** This process is stopping, or another one has taken over. */
class RoundOver extends Error {}

export class Retention {
  readonly #options: RetentionOptions;
  readonly #rules: RuleList;
  readonly #holder = createUuid();
  #walked = new Map<string, { position: WalkPosition; rules: string }>();
  #fullWalkAt = 0;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#rules = new RuleList(options.database.pool, options.defaults);
  }

  /** Runs a round if one is due. Gives the milliseconds until the next. */
  async runWhenDue(intervalMs: number, signal: AbortSignal): Promise<number> {
    const { pool } = this.#options.database;
    const waitMs = await claimRound(pool, this.#holder, intervalMs);
    if (waitMs > 0) return waitMs;
    let counts: RoundCounts | undefined;
    let renewedAt = performance.now();
    try {
      counts = await this.run(async () => {
        if (signal.aborted) return false;
        if (performance.now() - renewedAt < renewEveryMs) return true;
        renewedAt = performance.now();
        return renewRound(pool, this.#holder);
      });
      return intervalMs;
    } finally {
      await completeRound(pool, this.#holder, counts);
    }
  }

  /** What the next round would do to a project, and when the last one was. Changes nothing. */
  async preview(projectId: string): Promise<RetentionPreview & { lastRound: LastRound }> {
    const { pool } = this.#options.database;
    const { defaults } = this.#options;
    const [preview, lastRound] = await Promise.all([
      previewRetention(pool, { rules: this.#rules, defaults, projectId }),
      readLastRound(pool),
    ]);
    return { ...preview, lastRound };
  }

  /** One round. `goesOn` is asked before each step; gives nothing when it said no. */
  async run(goesOn: () => Promise<boolean> = async () => true): Promise<RoundCounts | undefined> {
    const counts = new RetentionCounts();
    try {
      await this.#runAll(counts, (work) => this.#step(work, goesOn));
    } catch (error) {
      if (!(error instanceof RoundOver)) throw error;
      return undefined;
    } finally {
      await this.#report(counts);
    }
    return counts.total();
  }

  async #runAll(counts: RetentionCounts, step: Step): Promise<void> {
    const { contents, database, defaults, logger } = this.#options;
    await step(() => finishInterrupted(database));
    await this.#walk(counts, step);
    const { uploadDays } = defaults;
    await reviewAll(reviewsPerStep, async (limit) => {
      const result = await step(() => reviewPayloads(database, limit));
      for (const { projectId, bytes } of result.removed) {
        counts.of(projectId).payloadsDeleted += 1;
        counts.of(projectId).payloadBytes += bytes;
      }
      return result;
    });
    await reviewAll(reviewsPerStep, async (limit) => {
      const result = await step(() => reviewArtifacts(database, { limit, uploadDays }));
      for (const { projectId, bytes } of result.removed) {
        counts.of(projectId).filesDeleted += 1;
        counts.of(projectId).fileBytes += bytes;
      }
      return result;
    });
    await reviewAll(contentsPerStep, async (limit) => {
      const result = await step(() => reviewContents({ database, contents, limit, logger }));
      counts.contentBytes += result.bytes;
      return result;
    });
    await contents.cleanTemporary();
  }

  /** Over the executions that may be due: of each workflow, and those without data of all. */
  async #walk(counts: RetentionCounts, step: Step): Promise<void> {
    const { database, defaults } = this.#options;
    const { pool } = database;
    const nowMs = await readNow(pool);
    if (nowMs - this.#fullWalkAt >= fullWalkEveryMs) {
      this.#walked = new Map();
      this.#fullWalkAt = nowMs;
    }
    const workflows = await this.#rules.list();
    for (const workflow of workflows) await this.#walkWorkflow(workflow, nowMs, counts, step);
    const byWorkflow = { cutoff: new Date(nowMs - defaults.summaryDays * dayMs), limit: pageSize };
    let after: WalkPosition | undefined;
    for (;;) {
      const page = await step(() => listSummaries(pool, { ...byWorkflow, after }));
      const due = page.filter(
        ({ finishedAt }) =>
          finishedAt !== null && finishedAt.getTime() <= nowMs - defaults.summaryDays * dayMs,
      );
      await this.#delete(due, 'delete-all', counts, step);
      after = page.at(-1);
      if (page.length < pageSize) return;
    }
  }

  async #walkWorkflow(
    { workflowId, rules }: WorkflowRules,
    nowMs: number,
    counts: RetentionCounts,
    step: Step,
  ): Promise<void> {
    const { pool } = this.#options.database;
    const rulesText = JSON.stringify(rules);
    const known = this.#walked.get(workflowId);
    // Rules that changed may reach further back.
    let after = known?.rules === rulesText ? known.position : undefined;
    const cutoff = findCutoff(rules, nowMs);
    for (;;) {
      const page = await step(() => listOldest(pool, { workflowId, cutoff, after, limit: pageSize }));
      const verdicts = Map.groupBy(page, (execution) => decideRetention(execution, rules, nowMs));
      for (const verdict of ['delete-data', 'delete-all'] as const)
        await this.#delete(verdicts.get(verdict) ?? [], verdict, counts, step);
      const last = page.at(-1);
      if (last) {
        after = { createdAt: last.createdAt, id: last.id };
        this.#walked.set(workflowId, { position: after, rules: rulesText });
      }
      if (page.length < pageSize) return;
    }
  }

  async #delete(
    executions: readonly ListedExecution[],
    verdict: Exclude<Verdict, 'keep'>,
    counts: RetentionCounts,
    step: Step,
  ): Promise<void> {
    const withRow = verdict === 'delete-all';
    const key = withRow ? 'executionsDeleted' : 'executionsEmptied';
    let left = executions.map(({ id }) => id);
    while (left.length > 0) {
      const ids = left.slice(0, executionsPerStep);
      const result = await step(() => deleteExecutions(this.#options.database, { ids, withRow }));
      for (const { projectId } of result.deleted) counts.of(projectId)[key] += 1;
      left = [...result.postponed, ...left.slice(executionsPerStep)];
    }
  }

  /** One step, then a pause as long as it took. */
  async #step<T>(work: () => Promise<T>, goesOn: () => Promise<boolean>): Promise<T> {
    if (!(await goesOn())) throw new RoundOver();
    const startedAt = performance.now();
    const result = await work();
    const pauseMs = Math.min(performance.now() - startedAt, longestPauseMs);
    await (this.#options.pause ?? waitFor)(pauseMs);
    return result;
  }

  async #report(counts: RetentionCounts): Promise<void> {
    const { audit, logger } = this.#options;
    for (const [projectId, details] of counts.byProject) {
      const change = { projectId, actor: systemActor };
      await audit.append(change, { action: 'retention-applied', details: { ...details } });
    }
    const total = counts.total();
    if (Object.values(total).some((count) => count > 0)) logger.info({ removed: total }, 'Retention');
  }
}

type Step = <T>(work: () => Promise<T>) => Promise<T>;

/** Until a batch is not full: the next ones come in the next round. */
async function reviewAll(
  limit: number,
  review: (limit: number) => Promise<Pick<ReviewResult, 'reviewed'>>,
): Promise<void> {
  while ((await review(limit)).reviewed === limit);
}

async function readNow(pool: Database['pool']): Promise<number> {
  const { rows } = await pool.query<{ now: Date }>('SELECT now()');
  return rows[0]!.now.getTime();
}

function waitFor(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
