/**
 * The worker side of the queue: fetches jobs while the engine has places, claims their executions, and holds each job
 * until its execution rests (finished, parked, given back).
 *
 * Owns: the jobs in hand, their locks in Redis.
 *
 * J1. No more jobs are fetched than the engine has places free at that moment, for whichever project: a job does not say
 *     whose it is. A place that is kept from one project is offered to one job with each poll: it goes to the delayed ones
 *     when it is that project's.
 * J2. A job ends when its execution has left the engine, or when the store says that its ticket stands no more. A ticket
 *     that stands but could not be claimed (a limit, another version, a store out of reach) is put back for later.
 * J3. Redis may fail at any point of this: the job is then found stale or missing by the reconciler, never believed.
 */
import { type Job, Worker } from 'bullmq';
import type { ClaimingEngine } from '../execution-queue.ts';
import { encodeTicket, type QueueSource, type QueueTicket } from '../queue-source.ts';
import type { QuietLog } from './quiet-log.ts';
import { RedisFamily } from './redis-family.ts';
import { within } from './redis-link.ts';
import { decodeTicket, queueName } from './ticket-queue.ts';

/** A process that is silent for so long has lost its jobs; they come again, and find their executions taken or not. */
const lockMs = 15_000;
const maxFetched = 16;
/** How long a job may be kept waiting for a place that was free when it was asked for. */
const placeWaitMs = 300;
/** Until an execution that could not be claimed comes again: doubled each time. */
const firstPutOffMs = 250;
const longestPutOffMs = 30_000;
/** Until the store is asked again. */
const storeAwayMs = 1_000;
/** After an error of Redis that a new connection does not mend. */
const errorPauseMs = 500;
/** When Redis does not let go by itself. */
const closeLimitMs = 2_000;

export interface JobWorkerOptions {
  url: string;
  prefix: string;
  engine: ClaimingEngine;
  source: QueueSource;
  quiet: QuietLog;
  /** Whether Redis can be relied on now: what fails while it is away is no news. */
  isUp: () => boolean;
  /** Jobs were taken or came to an end: there is room in the queue. */
  onTaken: () => void;
}

interface HandedJob {
  job: Job;
  token: string;
  ticket: QueueTicket;
}

export class JobWorker {
  readonly #options: JobWorkerOptions;
  readonly #connections: RedisFamily;
  readonly #worker: Worker;
  /** Every job that Redis believes to be ours. */
  readonly #inHand = new Set<HandedJob>();
  /** Those whose executions are at work here, by execution. */
  readonly #held = new Map<string, HandedJob>();
  readonly #locks: NodeJS.Timeout;
  readonly #running: Promise<void>;
  #taking: Promise<void> | undefined;
  #stopping = false;
  #tokens = 0;
  /** The last fetch was not in vain: there may be more. */
  #hasMore = false;
  #woken = Promise.withResolvers<void>();
  #checking = false;
  /** A kept place may be offered to a job. */
  #offersKept = false;

  constructor(options: JobWorkerOptions) {
    this.#options = options;
    this.#connections = new RedisFamily(options.url);
    this.#worker = new Worker(queueName, null, {
      connection: this.#connections,
      prefix: options.prefix,
      skipVersionCheck: true,
      autorun: false,
      lockDuration: lockMs,
      stalledInterval: lockMs,
      maxStalledCount: 1,
      drainDelay: 5,
    });
    this.#worker.on('error', (error) => this.#warn('Redis answered a worker with an error', error));
    void this.#worker.startStalledCheckTimer();
    this.#locks = setInterval(() => void this.#extendLocks(), lockMs / 3);
    this.#running = this.#run();
  }

  /** A place became free: jobs whose executions have left the engine end. */
  wake(): void {
    this.#woken.resolve();
    if (this.#checking || this.#held.size === 0) return;
    this.#checking = true;
    setImmediate(() => {
      this.#checking = false;
      this.#endRested();
    });
  }

  /** About a second has gone by. */
  poll(): void {
    this.#offersKept = true;
    this.wake();
  }

  /** Takes nothing more from this moment; resolves when the claim that was under way is through. */
  async stopTaking(): Promise<void> {
    this.#stopping = true;
    this.#woken.resolve();
    await this.#taking;
  }

  /** When the engine is at rest. */
  async close(): Promise<void> {
    await this.stopTaking();
    clearInterval(this.#locks);
    const ended = Promise.all([...this.#inHand].map((handed) => this.#complete(handed)));
    await within(closeLimitMs, ended).catch((error) =>
      this.#options.quiet.warn('Redis did not take the end of this worker', error),
    );
    // By force, since one of its connections waits for jobs.
    const closed = this.#worker.close(true);
    this.#connections.disconnectAll();
    await within(closeLimitMs, Promise.all([closed, this.#running])).catch((error) =>
      this.#options.quiet.warn('The worker of the queue could not be closed in time', error),
    );
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      const places = await this.#awaitPlaces();
      if (this.#stopping) return;
      const jobs = await this.#fetch(Math.min(places, maxFetched));
      if (jobs.length === 0) continue;
      this.#options.onTaken();
      this.#taking = this.#take(jobs);
      await this.#taking;
    }
  }

  async #awaitPlaces(): Promise<number> {
    while (!this.#stopping && this.#countPlaces() === 0) await this.#awaitWake();
    return this.#countPlaces();
  }

  #countPlaces(): number {
    const { free, openToAll } = this.#options.engine;
    return openToAll === 0 && free > 0 && this.#offersKept ? 1 : openToAll;
  }

  async #awaitWake(limitMs?: number): Promise<void> {
    this.#woken = Promise.withResolvers();
    const timer = limitMs === undefined ? undefined : setTimeout(() => this.#woken.resolve(), limitMs);
    await this.#woken.promise;
    clearTimeout(timer);
  }

  async #fetch(limit: number): Promise<HandedJob[]> {
    if (this.#hasMore && limit > 1) {
      const fetched = await Promise.all(Array.from({ length: limit }, () => this.#fetchOne(false)));
      const jobs = fetched.filter((handed) => handed !== undefined);
      this.#hasMore = jobs.length === limit;
      if (jobs.length > 0) return jobs;
    }
    const handed = await this.#fetchOne(true);
    this.#hasMore = handed !== undefined;
    return handed ? [handed] : [];
  }

  /** With `block` it waits some seconds for a job. */
  async #fetchOne(block: boolean): Promise<HandedJob | undefined> {
    const token = `${this.#worker.id}:${this.#tokens++}`;
    try {
      const job = await this.#worker.getNextJob(token, { block });
      if (!job) return undefined;
      const ticket = decodeTicket(job.id!) ?? { id: '', generation: 0 };
      const handed = { job, token, ticket };
      this.#inHand.add(handed);
      return handed;
    } catch (error) {
      this.#warn('No job could be fetched from Redis', error);
      if (block && !this.#stopping) await this.#awaitWake(errorPauseMs);
      return undefined;
    }
  }

  async #take(jobs: readonly HandedJob[]): Promise<void> {
    const { engine, quiet } = this.#options;
    if (this.#countPlaces() === 0 && !this.#stopping) await this.#awaitWake(placeWaitMs);
    const places = this.#stopping ? 0 : this.#countPlaces();
    this.#offersKept = false;
    for (const handed of jobs.slice(places)) void this.#putBack(handed);
    const taken = jobs.slice(0, places);
    if (taken.length === 0) return;
    try {
      const { count } = await engine.claim(taken.map(({ ticket }) => ticket.id).filter(Boolean));
      await this.#sort(taken, count);
    } catch (error) {
      quiet.warn('Executions from the queue could not be claimed', error);
      for (const handed of taken) void this.#putOff(handed, storeAwayMs);
    }
  }

  /** What became of each job that was offered to the engine. */
  async #sort(taken: readonly HandedJob[], claimed: number): Promise<void> {
    const { engine, source } = this.#options;
    const running = new Set(engine.runningIds());
    const others = taken.filter(({ ticket }) => !running.has(ticket.id));
    // When all were claimed, those that do not run have ended already.
    const doubtful = claimed === taken.length ? [] : others.map(({ ticket }) => ticket.id).filter(Boolean);
    const queued = doubtful.length === 0 ? [] : await source.listQueued(doubtful);
    const standing = new Set(queued.map(encodeTicket));
    for (const handed of taken) {
      if (running.has(handed.ticket.id)) this.#hold(handed);
      else if (standing.has(encodeTicket(handed.ticket))) void this.#putOff(handed, growDelay(handed.job));
      else void this.#complete(handed);
    }
  }

  #hold(handed: HandedJob): void {
    const former = this.#held.get(handed.ticket.id);
    if (former) void this.#complete(former);
    this.#held.set(handed.ticket.id, handed);
  }

  #endRested(): void {
    const running = new Set(this.#options.engine.runningIds());
    for (const [id, handed] of this.#held) {
      if (running.has(id)) continue;
      this.#held.delete(id);
      void this.#complete(handed);
    }
  }

  async #complete(handed: HandedJob): Promise<void> {
    await this.#letGo(handed, () => handed.job.moveToCompleted(null, handed.token, false));
    this.#options.onTaken();
  }

  /**
   * Another process may have a place for it. BullMQ tells the workers that wait of every job except of one with a priority
   * that comes back: without the mark they would find it when they ask again, after as long as `drainDelay`.
   */
  #putBack(handed: HandedJob): Promise<void> {
    return this.#letGo(handed, async () => {
      await handed.job.moveToWait(handed.token);
      await this.#connections.zadd(this.#worker.toKey('marker'), 0, '0');
    });
  }

  #putOff(handed: HandedJob, delayMs: number): Promise<void> {
    return this.#letGo(handed, () => handed.job.moveToDelayed(Date.now() + delayMs, handed.token));
  }

  async #letGo(handed: HandedJob, act: () => Promise<unknown>): Promise<void> {
    this.#inHand.delete(handed);
    try {
      await act();
    } catch (error) {
      // Redis has lost it, or given it to another worker after a long silence: the reconciler compares (J3).
      this.#warn('Redis did not take a job back', error);
    }
  }

  async #extendLocks(): Promise<void> {
    const jobs = [...this.#inHand];
    if (jobs.length === 0) return;
    try {
      await this.#worker.extendJobLocks(
        jobs.map(({ job }) => job.id!),
        jobs.map(({ token }) => token),
        lockMs,
      );
    } catch (error) {
      this.#warn('The locks of jobs could not be extended', error);
    }
  }

  #warn(message: string, error: unknown): void {
    if (!this.#stopping && this.#options.isUp()) this.#options.quiet.warn(message, error);
  }
}

/** An execution that stays queued although a place was free waits for another worker, or was just being taken. */
function growDelay({ attemptsStarted }: Job): number {
  const doublings = Math.min(10, Math.max(0, attemptsStarted - 1));
  return Math.min(longestPutOffMs, firstPutOffMs * 2 ** doublings);
}
