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
import type { CommitListener, JournalWrite, WriteResult } from '@navette/engine';
import type { Logger } from '@navette/kit';
import type { LimitGate } from '../limits/limit-gate.ts';
import type { EncodedCreate } from '../payload/write-encoder.ts';
import { chooseAwayDelay } from '../retry-database.ts';
import { maxBatchSize } from '../sql/commit-batch.ts';
import { isConflictError, isConnectionError, isDiskFullError } from './connection-error.ts';
import { JournalConnection } from './journal-connection.ts';
import { Answer, countRecords, isCreate, type Job } from './journal-job.ts';
import { BatchSender } from './send-batch.ts';

const maxBatchRecords = 20_000;
/** See W5. Whoever waits for the answer is a person or a program with a limit of its own. */
const createPatienceMs = 10_000;
const laneCount = 2;
/** A statement costs Postgres about 200 us whatever it carries: the other lane opens when it has this many to carry. */
const otherLaneFrom = 8;

/** One connection with at most one batch in flight. */
interface Lane {
  connection: JournalConnection;
  running: Promise<void> | undefined;
  /** A batch was sent and is not answered. */
  inFlight: boolean;
}

export class BatchWriter {
  readonly #logger: Logger;
  readonly #sender: BatchSender;
  readonly #onTrouble: (error: unknown) => void;
  readonly #pause: (ms: number) => Promise<void>;
  #queue: Job[] = [];
  readonly #lanes: readonly Lane[];
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
    this.#logger = options.logger;
    this.#sender = new BatchSender(options);
    this.#lanes = Array.from({ length: laneCount }, () => ({
      connection: new JournalConnection(options.connectionString, options.logger),
      running: undefined,
      inFlight: false,
    }));
  }

  /** Writes of a stale owner so far: they changed nothing. */
  get fenced(): number {
    return this.#sender.fenced;
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
    for (const lane of this.#lanes) await lane.connection.close();
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
      if (!isCreate(job) || job.answer.since > oldest) return true;
      job.answer.reject(error);
      return false;
    });
  }

  async #send(lane: Lane, jobs: readonly Job[]): Promise<void> {
    await this.#sender.send(await lane.connection.connect(), jobs);
  }

  /** See W3. */
  async #recover(lane: Lane, jobs: readonly Job[], error: unknown): Promise<void> {
    this.#logger.warn({ err: error, writes: jobs.length }, 'The journal connection broke; trying again');
    this.#onTrouble(error);
    lane.connection.drop();
    let open = jobs;
    for (let failures = 1; ; failures++) {
      await this.#pause(chooseAwayDelay(failures));
      try {
        const left = await this.#sender.settleWritten(await lane.connection.connect(), open);
        if (left.length > 0) await this.#commit(lane, left);
        return;
      } catch (again) {
        lane.connection.drop();
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
}

/** Whether the same statement may succeed in a moment. */
function isPassing(error: unknown): boolean {
  return isConflictError(error) || isDiskFullError(error);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
