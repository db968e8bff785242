/**
 * Lets executions pass their limits whenever a place may have become free.
 *
 * Owns: which limits are to be looked at. All truth about limits is in Postgres.
 *
 * G1. What gave a place back asks after its commit (`freed`). A lost question costs a second: `sweep` finds every limit
 *     that has room and holds something, whoever gave the place back, in this process or another.
 * G2. Any number of processes may do this at once: the rows of the limits are locked.
 * G3. What it let pass is told (`onReady`) after the commit.
 */
import type { CommitListener } from '@navette/engine';
import type { Logger } from '@navette/kit';
import type { Database } from '../database.ts';
import { listDueLimits, listHolding, readNextRate } from '../sql/due-limits.ts';
import { deleteIdleLimits } from '../sql/limit-keys.ts';
import { letPass } from './let-pass.ts';
import type { PassOutcome } from './pass-outcome.ts';

const limitsPerTransaction = 50;
const limitsPerSweep = 1_000;
const longestPauseMs = 1_000;
const idleCheckEveryMs = 3_600_000;

export interface LimitGateOptions {
  database: Database;
  logger: Logger;
  listener: Pick<CommitListener, 'committed'>;
  /** Executions that a worker may take now. */
  onReady(executionIds: readonly string[]): void;
}

export class LimitGate {
  readonly #options: LimitGateOptions;
  readonly #freed = new Set<string>();
  #working: Promise<void> | undefined;
  #after: string | undefined;
  #idleCheckAt = 0;
  #closed = false;

  constructor(options: LimitGateOptions) {
    this.#options = options;
  }

  /** Places of these limits may have become free. */
  freed(limitIds: readonly string[]): void {
    if (this.#closed) return;
    for (const id of limitIds) this.#freed.add(id);
    if (this.#freed.size > 0) this.#working ??= this.#work();
  }

  /** Executions that could not be claimed: they may wait behind a limit that nobody was asked about (one that woke). */
  async askFor(executionIds: readonly string[]): Promise<void> {
    if (this.#closed) return;
    try {
      this.freed(await listHolding(this.#options.database.pool, executionIds));
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'Limits could not be looked at; the next sweep does it');
    }
  }

  /** After the commit of what `letPass` did. */
  settle({ ready, ended, again }: PassOutcome): void {
    for (const { executionId, projectId, workflowId, seq, records } of ended) {
      this.#options.listener.committed({
        ...{ executionId, projectId, workflowId, seq, records },
        status: 'cancelled',
      });
    }
    if (ready.length > 0) this.#options.onReady(ready);
    this.freed(again);
  }

  /** Looks for limits with room. Gives how many milliseconds may pass until the next look. */
  async sweep(): Promise<number> {
    const { pool } = this.#options.database;
    const due = await listDueLimits(pool, { after: this.#after, limit: limitsPerSweep });
    this.#after = due.after;
    for (let at = 0; at < due.ids.length; at += limitsPerTransaction) {
      await this.#pass(due.ids.slice(at, at + limitsPerTransaction));
    }
    await this.deleteIdle();
    if (due.after !== undefined) return 10;
    const next = await readNextRate(pool);
    return Math.min(longestPauseMs, Math.max(10, next ?? longestPauseMs));
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
  }

  async #work(): Promise<void> {
    while (this.#freed.size > 0) {
      const ids = [...this.#freed].slice(0, limitsPerTransaction);
      for (const id of ids) this.#freed.delete(id);
      try {
        await this.#pass(ids);
      } catch (error) {
        this.#options.logger.warn({ err: error }, 'A limit could not be looked at; the next sweep does it');
      }
    }
    this.#working = undefined;
  }

  async #pass(limitIds: readonly string[]): Promise<void> {
    this.settle(await this.#options.database.withTransaction((client) => letPass(client, limitIds)));
  }

  /** Removes limits that nobody uses any more, at most once an hour. */
  async deleteIdle(): Promise<void> {
    const now = Date.now();
    if (now < this.#idleCheckAt) return;
    this.#idleCheckAt = now + idleCheckEveryMs;
    while ((await deleteIdleLimits(this.#options.database.pool, 1_000)) === 1_000);
  }
}
