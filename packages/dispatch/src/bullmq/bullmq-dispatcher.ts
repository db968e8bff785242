/**
 * The dispatcher on Redis: one process feeds the queue from the store, every process with an engine takes from it.
 *
 * Owns: which way executions go from this process now (`mode`).
 *
 * D1. Redis holds nothing but tickets: whatever it loses is fed again (feeder.ts).
 * D2. While Redis is out of reach, a process with an engine claims from the store as if there were no Redis. One without
 *     refuses new executions. Both end by themselves.
 * D3. The jobs that this process holds when Redis goes away keep running: they are owned in the store.
 */
import { createUuid, type Logger } from '@navette/kit';
import { dispatchErrors } from '../errors.ts';
import type { ClaimingEngine, ExecutionQueue, QueueHealth, QueueMetrics } from '../execution-queue.ts';
import { InProcessDispatcher } from '../in-process-dispatcher.ts';
import { loadQueueMetrics } from '../queue-metrics.ts';
import { encodeTicket, type QueueSource } from '../queue-source.ts';
import { Feeder } from './feeder.ts';
import { JobWorker } from './job-worker.ts';
import { type Poke, PokeChannel } from './poke-channel.ts';
import { QuietLog } from './quiet-log.ts';
import { RedisCarrier } from './redis-carrier.ts';
import { RedisLink, within } from './redis-link.ts';
import { TicketQueue } from './ticket-queue.ts';

export interface BullMqOptions {
  /** redis:// or rediss://; may hold a password. */
  url: string;
  /** The same for all processes of a database, another for each other database. */
  namespace: string;
  /** Executions that this process runs at once; 0 where it runs none. */
  places: number;
  source: QueueSource;
  logger: Logger;
  /** Between two signs of life; a Redis that does not answer is noticed after two. */
  beatMs?: number;
  /** Between two comparisons of the queue with the store. */
  reconcileMs?: number;
}

/** How long a start waits to know whether Redis is there. */
const settleLimitMs = 3_000;
const closeLimitMs = 2_000;

export class BullMqDispatcher implements ExecutionQueue {
  readonly #options: BullMqOptions;
  readonly #quiet: QuietLog;
  readonly #prefix: string;
  readonly #link: RedisLink;
  readonly #queue: TicketQueue;
  readonly #feeder: Feeder;
  readonly #pokes: PokeChannel;
  readonly #direct: InProcessDispatcher;
  readonly texts: RedisCarrier;
  #engine: ClaimingEngine | undefined;
  #worker: JobWorker | undefined;
  #leads = false;
  #stopping = false;

  constructor(options: BullMqOptions) {
    const { logger, places, source, url } = options;
    this.#options = options;
    this.#quiet = new QuietLog(logger);
    // Braces: one slot of a Redis cluster.
    this.#prefix = `{navette-${options.namespace}}`;
    const quiet = this.#quiet;
    const prefix = this.#prefix;
    const { beatMs = 1_000, reconcileMs = 2_000 } = options;
    this.#link = new RedisLink({ url, prefix, places, beatMs, logger, processId: createUuid() });
    const isUp = () => this.#link.isUp;
    const onError = (error: Error) => {
      if (isUp()) quiet.warn('Redis answered the queue with an error', error);
    };
    this.#queue = new TicketQueue({ connection: this.#link.commands, prefix, onError });
    const placesOfAll = () => this.#link.placesOfAll;
    this.#feeder = new Feeder({ queue: this.#queue, source, quiet, isUp, placesOfAll, reconcileMs });
    const { commands } = this.#link;
    this.#pokes = new PokeChannel({
      url,
      prefix,
      quiet,
      commands,
      isUp,
      receive: (poke) => this.#hear(poke),
    });
    this.texts = new RedisCarrier({ url, prefix, quiet, commands, isUp });
    this.#direct = new InProcessDispatcher({ logger, source });
    this.#link.onChange((up) => this.#onLinkChange(up));
  }

  get holdsStarts(): boolean {
    return this.#direct.holdsStarts;
  }

  async settled(): Promise<void> {
    await this.#direct.settled();
    await within(settleLimitMs, this.#link.settled).catch(() => {
      this.#options.logger.warn({}, 'Redis does not answer; going on without it');
    });
  }

  start(engine: ClaimingEngine): void {
    this.#engine = engine;
    this.#worker = new JobWorker({
      url: this.#options.url,
      prefix: this.#prefix,
      engine,
      source: this.#options.source,
      quiet: this.#quiet,
      isUp: () => this.#link.isUp,
      onTaken: () => this.#tell('room'),
    });
    if (!this.#link.isUp) this.#direct.start(engine);
  }

  lead(leading: boolean): void {
    if (this.#stopping || leading === this.#leads) return;
    this.#leads = leading;
    if (leading) {
      this.#pokes.listen();
      this.#feeder.start();
    } else {
      this.#pokes.unlisten();
      void this.#feeder.stop();
    }
  }

  enqueue(executionIds: readonly string[], projectId?: string): void {
    if (executionIds.length === 0) return;
    if (this.#link.isUp) this.#tell('queued');
    else if (this.#engine) this.#direct.enqueue(executionIds, projectId);
  }

  wake(): void {
    this.#worker?.wake();
    if (!this.#link.isUp) this.#direct.wake();
  }

  poll(): void {
    this.#worker?.poll();
    if (this.#link.isUp) this.#feeder.wake();
    else if (this.#engine) this.#direct.poll();
  }

  assertAccepts(): void {
    if (this.#options.places > 0 || this.#link.isUp) return;
    throw dispatchErrors.create('DISPATCH_UNAVAILABLE', { params: { reason: this.#link.reason } });
  }

  async pause(): Promise<void> {
    await this.#setPaused(true);
  }

  async resume(): Promise<void> {
    await this.#setPaused(false);
  }

  isPaused(): Promise<boolean> {
    return this.#direct.isPaused();
  }

  async remove(executionId: string): Promise<void> {
    await this.#direct.remove(executionId);
    if (!this.#link.isUp) return;
    const { delayed, waiting } = await this.#queue.list();
    for (const job of [...waiting, ...delayed])
      if (job.id === executionId) await this.#queue.remove(job.jobId);
  }

  async retry(executionId: string): Promise<boolean> {
    if (!this.#link.isUp) return this.#direct.retry(executionId);
    const [queued] = await this.#options.source.listQueued([executionId]);
    if (!queued) return false;
    const ticket = encodeTicket(queued);
    const { delayed, waiting } = await this.#queue.list();
    const job = delayed.find((one) => encodeTicket(one) === ticket);
    if (job) await this.#queue.promote(job.jobId);
    else if (!waiting.some((one) => encodeTicket(one) === ticket)) await this.#queue.add([queued]);
    return true;
  }

  async clean(): Promise<number> {
    return this.#link.isUp ? this.#feeder.reconcile() : this.#direct.clean();
  }

  metrics(): Promise<QueueMetrics> {
    return loadQueueMetrics(this.#options.source);
  }

  health(): QueueHealth {
    const up = this.#link.isUp;
    const hasEngine = this.#options.places > 0;
    return {
      kind: 'bullmq',
      ok: up,
      mode: up ? 'queue' : hasEngine ? 'direct' : 'refusing',
      detail: up ? 'Redis answers' : describeOutage(hasEngine, this.#link.reason),
      repairs: { ...this.#feeder.repairs },
    };
  }

  async stop(drain?: () => Promise<void>): Promise<void> {
    this.#stopping = true;
    await Promise.all([this.#worker?.stopTaking(), this.#direct.stop(), this.#feeder.stop()]);
    await drain?.();
    await this.#worker?.close();
    this.#pokes.close();
    this.texts.close();
    await within(closeLimitMs, this.#queue.close()).catch((error) =>
      this.#quiet.warn('The queue could not be closed in time', error),
    );
    await this.#link.close();
  }

  #onLinkChange(isUp: boolean): void {
    if (this.#stopping) return;
    if (isUp) {
      void this.#direct.stop();
      this.#feeder.wakeToReconcile();
      this.#worker?.wake();
      // Whatever was queued here meanwhile.
      this.#tell('queued');
    } else if (this.#engine) {
      this.#direct.start(this.#engine);
      this.#direct.poll();
    }
  }

  /** This process when it leads, else the one that does. */
  #tell(poke: Poke): void {
    if (this.#leads) this.#hear(poke);
    else this.#pokes.publish(poke);
  }

  #hear(poke: Poke): void {
    if (poke === 'queued') this.#feeder.wake();
    else if (poke === 'room') this.#feeder.wakeForRoom();
    else if (poke === 'compare') this.#feeder.wakeToReconcile();
  }

  async #setPaused(paused: boolean): Promise<void> {
    await (paused ? this.#direct.pause() : this.#direct.resume());
    if (!this.#link.isUp) return;
    try {
      await this.#queue.setPaused(paused);
    } catch (error) {
      // Redis went away this moment. The store has it, and Redis is told when the two are compared.
      this.#quiet.warn('Redis was not told of the pause', error);
    }
    this.#tell('compare');
  }
}

function describeOutage(hasEngine: boolean, reason: string): string {
  return hasEngine
    ? `Redis is out of reach (${reason}): executions are claimed from the database`
    : `Redis is out of reach (${reason}): new executions are refused`;
}
