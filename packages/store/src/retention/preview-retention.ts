import type pg from 'pg';
import { findProtected } from './find-protected.ts';
import { type ListedExecution, listOldest, listSummaries, type WalkPosition } from './list-ended.ts';
import type { RuleList } from './list-rules.ts';
import { decideRetention, findCutoff, type RetentionDefaults } from './retention-rules.ts';

const pageSize = 1_000;
/** A preview looks at so many executions; where there are more it says so. */
const maxLooked = 50_000;
const dayMs = 86_400_000;

/** What the next round would remove of a project, as far as executions go, and what is due for a review. */
export interface RetentionPreview {
  /** Whose data would be deleted while the row stays. */
  executionsToEmpty: number;
  executionsToDelete: number;
  /** Due, and kept because their family goes on. */
  executionsProtected: number;
  /** Files and payloads that nobody may need any more; the round looks at each. */
  filesToReview: number;
  fileBytesToReview: number;
  payloadsToReview: number;
  /** False: there are so many executions that only the oldest were looked at. */
  isComplete: boolean;
}

/** Changes nothing. */
export async function previewRetention(
  pool: pg.Pool,
  { rules, defaults, projectId }: { rules: RuleList; defaults: RetentionDefaults; projectId: string },
): Promise<RetentionPreview> {
  const { rows } = await pool.query<{ now: Date }>('SELECT now()');
  const walk = new PreviewWalk(pool, rows[0]!.now.getTime());
  for (const { workflowId, rules: ofWorkflow } of await rules.list(projectId)) {
    const cutoff = findCutoff(ofWorkflow, walk.nowMs);
    await walk.look(
      (after) => listOldest(pool, { workflowId, cutoff, after, limit: pageSize }),
      (execution) => decideRetention(execution, ofWorkflow, walk.nowMs),
    );
  }
  const limitMs = walk.nowMs - defaults.summaryDays * dayMs;
  await walk.look(
    (after) => listSummaries(pool, { cutoff: new Date(limitMs), after, limit: pageSize, projectId }),
    ({ finishedAt }) => (finishedAt !== null && finishedAt.getTime() <= limitMs ? 'delete-all' : 'keep'),
  );
  return { ...walk.describe(), ...(await countReviews(pool, projectId)) };
}

class PreviewWalk {
  readonly nowMs: number;
  readonly #pool: pg.Pool;
  readonly #toEmpty = new Set<string>();
  readonly #toDelete = new Set<string>();
  readonly #protected = new Set<string>();
  #looked = 0;

  constructor(pool: pg.Pool, nowMs: number) {
    this.#pool = pool;
    this.nowMs = nowMs;
  }

  async look(
    list: (after: WalkPosition | undefined) => Promise<ListedExecution[]>,
    decide: (execution: ListedExecution) => ReturnType<typeof decideRetention>,
  ): Promise<void> {
    let after: WalkPosition | undefined;
    while (this.#looked < maxLooked) {
      const page = await list(after);
      this.#looked += page.length;
      const due = page.map((execution) => ({ id: execution.id, verdict: decide(execution) }));
      const ids = due.filter(({ verdict }) => verdict !== 'keep').map(({ id }) => id);
      const protectedIds = ids.length > 0 ? await findProtected(this.#pool, ids) : new Set();
      for (const { id, verdict } of due) {
        if (verdict === 'keep') continue;
        if (protectedIds.has(id)) this.#protected.add(id);
        else (verdict === 'delete-all' ? this.#toDelete : this.#toEmpty).add(id);
      }
      after = page.at(-1);
      if (page.length < pageSize) return;
    }
  }

  describe() {
    return {
      executionsToEmpty: this.#toEmpty.size,
      executionsToDelete: this.#toDelete.size,
      executionsProtected: this.#protected.size,
      isComplete: this.#looked < maxLooked,
    };
  }
}

async function countReviews(pool: pg.Pool, projectId: string) {
  const { rows } = await pool.query<{ files: number; bytes: number; payloads: number }>(
    `SELECT (SELECT count(*)::int FROM artifacts WHERE project_id = $1 AND review_at <= now()) AS files,
            (SELECT coalesce(sum(size_bytes), 0)::float8 FROM artifacts WHERE project_id = $1 AND review_at <= now()) AS bytes,
            (SELECT count(*)::int FROM payloads WHERE project_id = $1 AND review_at <= now()) AS payloads`,
    [projectId],
  );
  const { files, bytes, payloads } = rows[0]!;
  return { filesToReview: files, fileBytesToReview: bytes, payloadsToReview: payloads };
}
