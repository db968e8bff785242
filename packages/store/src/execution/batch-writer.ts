/**
 * Group commit: all journal writes of a process go through one writer with two lanes, a connection each. While one lane
 * waits for its commit the other sends what has gathered, if that is much, so that this process and Postgres work at the
 * same time; the load itself sets the batch size, and nothing waits on a timer.
 *
 * Owns: the queue, the connections, what to do when they break.
 *
 * W1. Writes of one execution are committed in the order they came (a run has one open at a time).
 * W2. A write is answered after the commit that holds it, never before.
 * W3. After a broken connection the outcome of the batch in flight is read back from the journal (a chunk carries its
 *     writer's fence): what is there was written, what is not there is sent again.
 * W4. A batch that the database refuses is sent again one write at a time, so that one bad write fails alone. A refusal
 *     that passes (a deadlock, a full disk) is waited out instead.
 * W5. What begins an execution is given up after a while: nobody has been told that it exists. Everything else waits for
 *     as long as it takes, since only the store can tell whose the execution is.
 */
import type { JournalRecord } from '@navette/contracts';
import type { CommitListener, JournalWrite, NewExecution, WriteResult } from '@navette/engine';
import type { Logger } from '@navette/kit';
import pg from 'pg';
import { guardConnection } from '../guard-connection.ts';
import { idleTransactionLimitMs } from '../idle-transaction.ts';
import { keepAliveAfterMs } from '../keep-alive.ts';
import { type CreateOutcome, createExecutions } from '../limits/create-executions.ts';
import type { LimitGate } from '../limits/limit-gate.ts';
import { createPassOutcome } from '../limits/pass-outcome.ts';
import type { EncodedCreate } from '../payload/write-encoder.ts';
import { chooseAwayDelay } from '../retry-database.ts';
import { applyMail, lockMail } from '../sql/apply-mail.ts';
import { cancelChildren } from '../sql/cancel-children.ts';
import { type CommittedRow, commitBatch, maxBatchSize } from '../sql/commit-batch.ts';
import { commitFinished, isFinishedAtOnce } from '../sql/commit-finished.ts';
import { findTwin } from '../sql/find-twin.ts';
import { findWritten } from '../sql/journal.ts';
import { wakeParents } from '../sql/wake-parents.ts';
import { isConflictError, isConnectionError, isDiskFullError } from './connection-error.ts';

const maxBatchRecords = 20_000;
/** See W5. Whoever waits for the answer is a person or a program with a limit of its own. */
const createPatienceMs = 10_000;
/** A batch that takes longer is on a connection that is dead. */
const statementLimitMs = 60_000;
const connectLimitMs = 5_000;
const laneCount = 2;
/** A statement costs Postgres about 200 us whatever it carries: the other lane opens when it has this many to carry. */
const otherLaneFrom = 8;

/** One connection with at most one batch in flight. */
interface Lane {
  client: pg.Client | undefined;
  running: Promise<void> | undefined;
  /** A batch was sent and is not answered. */
  inFlight: boolean;
}

/** Who waits for a write. */
class Answer {
  readonly #promise = Promise.withResolvers<WriteResult>();
  readonly since = Date.now();
  given = false;

  get promise(): Promise<WriteResult> {
    return this.#promise.promise;
  }

  resolve(result: WriteResult): void {
    this.given = true;
    this.#promise.resolve(result);
  }

  reject(error: unknown): void {
    this.given = true;
    this.#promise.reject(error);
  }
}

type Job =
  | { kind: 'write'; write: JournalWrite; answer: Answer }
  | ({ kind: 'create'; answer: Answer } & EncodedCreate);
type WriteJob = Extract<Job, { kind: 'write' }>;
type CreateJob = Extract<Job, { kind: 'create' }>;

export interface WriterCounts {
  batches: number;
  writes: number;
  /** Writes of a stale owner: they changed nothing. */
  fenced: number;
}

export class BatchWriter {
  readonly counts: WriterCounts = { batches: 0, writes: 0, fenced: 0 };
  readonly #connectionString: string;
  readonly #logger: Logger;
  readonly #listener: CommitListener;
  readonly #onTrouble: (error: unknown) => void;
  readonly #limits: LimitGate;
  readonly #pause: (ms: number) => Promise<void>;
  #queue: Job[] = [];
  readonly #lanes: readonly Lane[] = Array.from({ length: laneCount }, () => ({
    client: undefined,
    running: undefined,
    inFlight: false,
  }));
  #closed = false;

  constructor(options: {
    connectionString: string;
    logger: Logger;
    listener: CommitListener;
    /** Told of every failure that the writer tries to get over. */
    onTrouble: (error: unknown) => void;
    limits: LimitGate;
    /** Between tries; tests pass one that does not wait. */
    pause?: (ms: number) => Promise<void>;
  }) {
    this.#pause = options.pause ?? pause;
    this.#onTrouble = options.onTrouble;
    this.#limits = options.limits;
    this.#connectionString = options.connectionString;
    this.#logger = options.logger;
    this.#listener = options.listener;
  }

  write(write: JournalWrite): Promise<WriteResult> {
    return this.#push({ kind: 'write', write, answer: new Answer() });
  }

  create(create: EncodedCreate): Promise<WriteResult> {
    return this.#push({ kind: 'create', ...create, answer: new Answer() });
  }

  /** Finishes what is queued, then closes the connection. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const lane of this.#lanes) await lane.running;
    for (const lane of this.#lanes) {
      await lane.client?.end();
      lane.client = undefined;
    }
  }

  #push(job: Job): Promise<WriteResult> {
    if (this.#closed) return Promise.reject(new Error('The journal writer is closed'));
    this.#queue.push(job);
    const idle = this.#lanes.find((lane) => lane.running === undefined);
    const isFirst = this.#lanes.every((lane) => lane.running === undefined);
    if (idle && (isFirst || this.#queue.length >= otherLaneFrom)) idle.running = this.#drain(idle);
    return job.answer.promise;
  }

  async #drain(lane: Lane): Promise<void> {
    // One turn of the event loop lets everything that became ready together share the commit.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch(lane);
      lane.inFlight = true;
      await this.#commit(lane, batch);
      lane.inFlight = false;
    }
    lane.running = undefined;
  }

  /** Shares the queue with the lanes that have nothing in flight: they are about to take theirs. */
  #takeBatch(lane: Lane): Job[] {
    const takers = this.#lanes.filter((other) => other === lane || (other.running && !other.inFlight)).length;
    const share = Math.ceil(this.#queue.length / takers);
    let records = 0;
    let count = 0;
    for (const job of this.#queue) {
      if (count >= Math.min(share, maxBatchSize) || (count > 0 && records > maxBatchRecords)) break;
      records += countRecords(job);
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  async #commit(lane: Lane, jobs: Job[]): Promise<void> {
    try {
      await this.#send(lane, jobs);
    } catch (error) {
      // A batch can be several statements: those before the broken one were committed and answered.
      const open = jobs.filter((job) => !job.answer.given);
      if (isConnectionError(error)) return this.#recover(lane, open, error);
      if (isPassing(error)) return this.#sendAgain(lane, open, error);
      if (jobs.length === 1) return jobs[0]!.answer.reject(error);
      for (const job of open) await this.#commit(lane, [job]);
    }
  }

  /** Waits out a refusal that passes; nothing of the statement was stored. */
  async #sendAgain(lane: Lane, jobs: readonly Job[], error: unknown): Promise<void> {
    let open = jobs;
    let reason = error;
    for (let delayMs = 5; ; delayMs = Math.min(delayMs * 2, 1_000)) {
      this.#onTrouble(reason);
      open = this.#giveUpCreates(open, reason, isDiskFullError(reason) ? 0 : createPatienceMs);
      this.#queue = this.#giveUpCreates(this.#queue, reason, createPatienceMs);
      if (this.#closed) for (const job of open) job.answer.reject(reason);
      if (this.#closed || open.length === 0) return;
      await this.#pause(delayMs * (0.5 + Math.random()));
      try {
        return await this.#send(lane, open);
      } catch (again) {
        reason = again;
        open = open.filter((job) => !job.answer.given);
        if (isConnectionError(again)) return this.#recover(lane, open, again);
        if (isPassing(again)) continue;
        for (const job of open) await this.#commit(lane, [job]);
        return;
      }
    }
  }

  /** See W5. Gives those that go on waiting. */
  #giveUpCreates(jobs: readonly Job[], error: unknown, patienceMs: number): Job[] {
    const oldest = Date.now() - patienceMs;
    return jobs.filter((job) => {
      const isCreate = job.kind === 'create' || job.write.create !== undefined;
      if (!isCreate || job.answer.since > oldest) return true;
      job.answer.reject(error);
      return false;
    });
  }

  /** Groups by worker (one, but for tests), and what needs more than the one statement goes in a transaction. */
  async #send(lane: Lane, jobs: readonly Job[]): Promise<void> {
    const client = await this.#connect(lane);
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
    this.counts.batches += 1;
    this.counts.writes += jobs.length;
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
        this.counts.fenced += 1;
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

  /** See W3. */
  async #recover(lane: Lane, jobs: readonly Job[], error: unknown): Promise<void> {
    this.#logger.warn({ err: error, writes: jobs.length }, 'The journal connection broke; trying again');
    this.#onTrouble(error);
    this.#dropClient(lane);
    let open = jobs;
    for (let failures = 1; ; failures++) {
      await this.#pause(chooseAwayDelay(failures));
      try {
        const left = await this.#settleWritten(lane, open);
        if (left.length > 0) await this.#commit(lane, left);
        return;
      } catch (again) {
        this.#dropClient(lane);
        open = open.filter((job) => !job.answer.given);
        if (!isConnectionError(again) || this.#closed) {
          for (const job of open) job.answer.reject(again);
          return;
        }
        this.#onTrouble(again);
        open = this.#giveUpCreates(open, again, createPatienceMs);
        this.#queue = this.#giveUpCreates(this.#queue, again, createPatienceMs);
        if (open.length === 0) return;
      }
    }
  }

  /** Answers the jobs whose commit had arrived; gives back the others. */
  async #settleWritten(lane: Lane, jobs: readonly Job[]): Promise<Job[]> {
    const client = await this.#connect(lane);
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

  async #connect(lane: Lane): Promise<pg.Client> {
    if (lane.client) return lane.client;
    const client = new pg.Client({
      connectionString: this.#connectionString,
      application_name: 'navette journal',
      connectionTimeoutMillis: connectLimitMs,
      query_timeout: statementLimitMs,
      idle_in_transaction_session_timeout: idleTransactionLimitMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveAfterMs,
    });
    client.on('error', (error) => {
      this.#logger.warn({ err: error }, 'The journal connection was closed');
      if (lane.client === client) lane.client = undefined;
    });
    await client.connect();
    guardConnection(client, { connectionString: this.#connectionString, logger: this.#logger });
    lane.client = client;
    return client;
  }

  #dropClient(lane: Lane): void {
    const client = lane.client;
    lane.client = undefined;
    client
      ?.end()
      .catch((error) => this.#logger.debug({ err: error }, 'A broken connection did not close cleanly'));
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

/** Whether the same statement may succeed in a moment. */
function isPassing(error: unknown): boolean {
  return isConflictError(error) || isDiskFullError(error);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function countRecords(job: Job): number {
  return job.kind === 'create' ? job.records.length : job.write.records.length;
}

/** Whether a write changes more than its execution and journal: children, a parent, messages. */
function touchesOthers({ children, wakeParent, cancelChildren, mail }: JournalWrite): boolean {
  return (
    children !== undefined || wakeParent !== undefined || cancelChildren !== undefined || mail !== undefined
  );
}

function groupByWorker(jobs: readonly WriteJob[]): WriteJob[][] {
  const groups = new Map<string, WriteJob[]>();
  for (const job of jobs) {
    const group = groups.get(job.write.workerId);
    if (group) group.push(job);
    else groups.set(job.write.workerId, [job]);
  }
  return [...groups.values()];
}
