/**
 * What a batch of the journal writer is for the database, and what its jobs are told: which statements it takes, in which
 * transactions. Knows nothing of queues and retries; what the database throws is thrown.
 */
import type { JournalRecord } from '@navette/contracts';
import type { CommitListener, JournalWrite, NewExecution, WriteResult } from '@navette/engine';
import type { Logger } from '@navette/kit';
import pg from 'pg';
import { type CreateOutcome, createExecutions } from '../limits/create-executions.ts';
import type { LimitGate } from '../limits/limit-gate.ts';
import { createPassOutcome } from '../limits/pass-outcome.ts';
import { applyMail, lockMail } from '../sql/apply-mail.ts';
import { cancelChildren } from '../sql/cancel-children.ts';
import { type CommittedRow, commitBatch } from '../sql/commit-batch.ts';
import { commitFinished, isFinishedAtOnce } from '../sql/commit-finished.ts';
import { findTwin } from '../sql/find-twin.ts';
import { findWritten } from '../sql/journal.ts';
import { wakeParents } from '../sql/wake-parents.ts';
import { isConnectionError } from './connection-error.ts';
import { type CreateJob, groupByWorker, type Job, touchesOthers, type WriteJob } from './journal-job.ts';

export class BatchSender {
  /** Writes of a stale owner: they changed nothing. */
  fenced = 0;
  readonly #logger: Logger;
  readonly #listener: CommitListener;
  readonly #limits: LimitGate;

  constructor(options: { logger: Logger; listener: CommitListener; limits: LimitGate }) {
    this.#logger = options.logger;
    this.#listener = options.listener;
    this.#limits = options.limits;
  }

  /** Groups by worker (one, but for tests), and what needs more than the one statement goes in a transaction. */
  async send(client: pg.Client, jobs: readonly Job[]): Promise<void> {
    const startedAt = performance.now();
    const creates = jobs.filter((job) => job.kind === 'create');
    const writes = jobs.filter((job) => job.kind === 'write');
    const alone = writes.filter(({ write }) => !touchesOthers(write));
    const finished = alone.filter(({ write }) => isFinishedAtOnce(write));
    const plain = finished.length === 0 ? alone : alone.filter(({ write }) => !isFinishedAtOnce(write));
    for (const group of groupByWorker(finished)) {
      const written = group.map((job) => job.write);
      const rows = await commitFinishedOrKnown(client, group[0]!.write.workerId, written);
      await this.#answerWrites(client, group, rows);
    }
    const family = writes.filter(({ write }) => touchesOthers(write));
    for (const group of groupByWorker(plain)) {
      const rows = await commitBatch(
        client,
        group[0]!.write.workerId,
        group.map((job) => job.write),
      );
      await this.#answerWrites(client, group, rows);
    }
    for (const group of groupByWorker(family)) await this.#sendFamily(client, group);
    if (creates.length > 0) await this.#sendCreates(client, creates);
    this.#listener.batchCommitted?.(jobs.length, performance.now() - startedAt);
  }

  /** Writes that make children or end them: the other executions change in the same transaction. */
  async #sendFamily(client: pg.Client, jobs: readonly WriteJob[]): Promise<void> {
    await client.query('BEGIN');
    let rows: CommittedRow[];
    let pass = createPassOutcome();
    try {
      await lockMail(
        client,
        jobs.map((job) => job.write),
      );
      rows = await commitBatch(
        client,
        jobs[0]!.write.workerId,
        jobs.map((job) => job.write),
      );
      const written = new Set(rows.map((row) => row.id));
      const done = jobs.filter((job) => written.has(job.write.executionId));
      const children = done.flatMap((job) => job.write.children ?? []);
      if (children.length > 0) pass = (await createExecutions(client, children)).pass;
      const queued = await applyMail(
        client,
        done.map((job) => job.write),
      );
      rows = rows.map((row) => (queued.has(row.id) ? { ...row, status: 'queued' } : row));
      await cancelChildren(
        client,
        done.flatMap((job) => job.write.cancelChildren ?? []),
      );
      await wakeParents(
        client,
        done.map((job) => job.write.wakeParent).filter((id) => id !== undefined),
      );
      await client.query('COMMIT');
    } catch (error) {
      if (!isConnectionError(error)) await client.query('ROLLBACK');
      throw error;
    }
    this.#limits.settle(pass);
    await this.#answerWrites(client, jobs, rows);
  }

  async #sendCreates(client: pg.Client, jobs: readonly CreateJob[]): Promise<void> {
    const isLimited = jobs.some(({ execution }) => execution.limits);
    const { pass, results } = await (isLimited
      ? this.#createInTransaction(client, jobs)
      : createExecutions(client, jobs));
    for (const job of jobs) {
      const result = results.get(job.execution.id) ?? (await this.#explainMissing(client, job.execution));
      if (result.outcome === 'merged') this.#announceCreated(job, result.executionId, 'waiting');
      if (result.outcome === 'written')
        this.#announceCreated(job, job.execution.id, result.state === 'delayed' ? 'waiting' : 'queued');
      job.answer.resolve(result);
    }
    this.#limits.settle(pass);
  }

  async #createInTransaction(client: pg.Client, jobs: readonly CreateJob[]): Promise<CreateOutcome> {
    await client.query('BEGIN');
    try {
      const outcome = await createExecutions(client, jobs);
      await client.query('COMMIT');
      return outcome;
    } catch (error) {
      if (!isConnectionError(error)) await client.query('ROLLBACK');
      throw error;
    }
  }

  #announceCreated({ execution, records }: CreateJob, executionId: string, status: string): void {
    this.#announce(execution, executionId, 1, records, status);
  }

  async #answerWrites(
    client: pg.Client,
    jobs: readonly WriteJob[],
    rows: readonly CommittedRow[],
  ): Promise<void> {
    const statuses = new Map(rows.map((row) => [row.id, row.status]));
    for (const { write, answer } of jobs) {
      if (statuses.has(write.executionId)) {
        const status = statuses.get(write.executionId) ?? 'running';
        this.#announce(write, write.executionId, write.seq, write.records, status);
        const requeued = write.handover?.kind === 'wait' && status === 'queued';
        answer.resolve(requeued ? { outcome: 'written', requeued } : { outcome: 'written' });
        continue;
      }
      const result: WriteResult = write.create
        ? await this.#explainMissing(client, write.create)
        : { outcome: 'fenced' };
      if (result.outcome === 'fenced') {
        this.fenced += 1;
        this.#logger.warn(
          {
            executionId: write.executionId,
            workflowId: write.workflowId,
            workerId: write.workerId,
            fence: write.fence,
          },
          'A write of a stale owner was refused',
        );
      }
      answer.resolve(result);
    }
    this.#limits.freed(rows.map((row) => row.freed).filter((id) => typeof id === 'string'));
  }

  /** Why a create made no row: a twin with the same key, or (for a worker's create) a lost lease. */
  async #explainMissing(client: pg.Client, execution: NewExecution): Promise<WriteResult> {
    const id = await findTwin(client, execution);
    return id === undefined ? { outcome: 'fenced' } : { outcome: 'duplicate', executionId: id };
  }

  /** Answers the jobs whose commit had arrived, as the journal tells; gives back the others. */
  async settleWritten(client: pg.Client, jobs: readonly Job[]): Promise<Job[]> {
    const chunks = jobs.map((job) =>
      job.kind === 'create'
        ? { executionId: job.execution.id, seq: 1, fence: 0 }
        : { executionId: job.write.executionId, seq: job.write.seq, fence: job.write.fence },
    );
    const written = await findWritten(client, chunks);
    const open: Job[] = [];
    for (const job of jobs) {
      const id = job.kind === 'create' ? job.execution.id : job.write.executionId;
      const hasChunk = job.kind === 'create' || job.write.records.length > 0;
      if (hasChunk && written.has(id)) {
        const records = job.kind === 'create' ? job.records : job.write.records;
        const about = job.kind === 'create' ? job.execution : job.write;
        this.#announce(about, id, job.kind === 'create' ? 1 : job.write.seq, records, 'running');
        job.answer.resolve({ outcome: 'written' });
      } else {
        open.push(job);
      }
    }
    return open;
  }

  #announce(
    about: { projectId: string; workflowId: string },
    executionId: string,
    seq: number,
    records: readonly JournalRecord[],
    status: string,
  ): void {
    this.#listener.committed({
      projectId: about.projectId,
      workflowId: about.workflowId,
      executionId,
      seq,
      records,
      status: status as Parameters<CommitListener['committed']>[0]['status'],
    });
  }
}

/** The quick statement takes all or nothing; where an execution exists already, the general one tells which. */
async function commitFinishedOrKnown(
  client: pg.Client,
  workerId: string,
  writes: readonly JournalWrite[],
): Promise<CommittedRow[]> {
  try {
    return await commitFinished(client, workerId, writes);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return commitBatch(client, workerId, writes);
  }
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '23505';
}
