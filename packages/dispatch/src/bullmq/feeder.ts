/**
 * Fills the queue from the store and mends it, in the process that leads.
 *
 * Owns: what it believes to be in the queue (`#believed`), how many entries it mended.
 *
 * F1. The queue is kept about two jobs deep for each place of all workers, in the order that the store gives. So priorities
 *     and fairness are decided in the store, at the last moment.
 * F2. Each turn compares with what the queue holds at that moment: nothing that was believed before matters, except to
 *     count what was lost.
 * F3. Two feeders at once do no harm: a job's id is its ticket, and Redis keeps one of each.
 * F4. Nothing is added while the store says that the queue is paused.
 * F5. An execution overtakes what waits in the queue only by changing places with a less urgent one of its own project,
 *     which goes back to the store: no flood of urgent work takes the turns of another project.
 */
import { encodeTicket, type QueuedExecution, type QueueSource } from '../queue-source.ts';
import type { QuietLog } from './quiet-log.ts';
import type { QueueContent, QueuedJob, TicketQueue } from './ticket-queue.ts';

const jobsPerPlace = 2;
const leastDepth = 2;
/** Looked at when the queue is full, for what may overtake. */
const overtakersAtOnce = 16;
const turnGapMs = 5;
const pollMs = 1_000;

export interface FeederOptions {
  queue: TicketQueue;
  source: QueueSource;
  quiet: QuietLog;
  /** Places of all live workers. */
  placesOfAll: () => number;
  /** Whether Redis can be relied on now. */
  isUp: () => boolean;
  /** Between two comparisons of all that is in the queue. */
  reconcileMs: number;
}

export class Feeder {
  readonly repairs = { added: 0, removed: 0 };
  readonly #options: FeederOptions;
  /** By ticket; undefined where another process added it. */
  #believed = new Map<string, QueuedExecution | undefined>();
  /** Tickets that stand although a worker holds their job, as seen by the reconciliation before. */
  #stuck = new Set<string>();
  /** The store may have more than the queue has room for. */
  #hasMore = false;
  #isPaused = false;
  #reconciledAt = 0;
  #wanted = false;
  #woken = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;
  #stopping = false;

  constructor(options: FeederOptions) {
    this.#options = options;
  }

  start(): void {
    this.#stopping = false;
    this.#reconciledAt = 0;
    if (this.#running) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      // It leads again already.
      if (!this.#stopping) this.start();
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#woken.resolve();
    await this.#running;
  }

  /** Something was queued in the store, or must be looked at. */
  wake(): void {
    this.#wanted = true;
    this.#woken.resolve();
  }

  /** Jobs were taken from the queue. */
  wakeForRoom(): void {
    if (this.#hasMore) this.wake();
  }

  /** Compares at the next turn: Redis was away, or the queue was paused or resumed. */
  wakeToReconcile(): void {
    this.#reconciledAt = 0;
    this.wake();
  }

  /** Compares now, and gives how many entries it removed. */
  async reconcile(): Promise<number> {
    const { queue, source } = this.#options;
    this.#isPaused = await source.readPaused();
    await queue.setPaused(this.#isPaused);
    const content = await queue.list();
    const waiting = [...content.waiting, ...content.delayed];
    const queued = await listStanding(source, [...waiting, ...content.active]);
    const stale = waiting.filter((job) => !queued.has(encodeTicket(job))).map(({ jobId }) => jobId);
    let removed = 0;
    for (const jobId of [...stale, ...content.foreign]) if (await queue.remove(jobId)) removed += 1;
    this.repairs.removed += removed;
    await this.#addStuck(content, queued);
    this.#reconciledAt = performance.now();
    return removed;
  }

  async #run(): Promise<void> {
    const { isUp, quiet, reconcileMs } = this.#options;
    while (!this.#stopping) {
      this.#wanted = false;
      this.#woken = Promise.withResolvers();
      const startedAt = performance.now();
      try {
        if (isUp()) {
          if (startedAt - this.#reconciledAt >= reconcileMs || this.#reconciledAt === 0)
            await this.reconcile();
          await this.#feed();
        }
      } catch (error) {
        // Redis or the store is away: both keep what they have, and the next turn compares again.
        if (isUp()) quiet.warn('The queue could not be filled', error);
      }
      if (!this.#stopping) await this.#rest(startedAt);
    }
  }

  async #rest(startedAt: number): Promise<void> {
    const soon = setTimeout(() => this.#woken.resolve(), pollMs);
    if (!this.#wanted) await this.#woken.promise;
    clearTimeout(soon);
    const leftMs = turnGapMs - (performance.now() - startedAt);
    if (leftMs > 0 && !this.#stopping) await new Promise((resolve) => setTimeout(resolve, leftMs));
  }

  async #feed(): Promise<void> {
    const { placesOfAll, queue, source } = this.#options;
    if (this.#isPaused) return;
    const content = await queue.list();
    const room = Math.max(leastDepth, placesOfAll() * jobsPerPlace) - content.waiting.length;
    const all = [...content.waiting, ...content.delayed, ...content.active];
    const next =
      room > 0 ? await source.nextQueued(room, all) : await source.peekQueued(overtakersAtOnce, all);
    const overtaken = this.#chooseOvertaken(next, content.waiting);
    const urgent = next.filter((execution) => overtaken.has(execution));
    const usual = room > 0 ? next.filter((execution) => !overtaken.has(execution)) : [];
    await this.#add(urgent, true);
    await this.#add(usual, false);
    for (const job of overtaken.values()) await queue.remove(job.jobId);
    const added = [...urgent, ...usual];
    this.#hasMore = room <= 0 || next.length === room || overtaken.size > 0;
    const gone = new Set(overtaken.values());
    this.#believe(
      all.filter((job) => !gone.has(job)),
      added,
    );
  }

  /** What was believed to be there was lost. Redis may have kept its data, and would not take a job of the same name. */
  async #add(executions: readonly QueuedExecution[], urgent: boolean): Promise<void> {
    const lost = executions.filter((execution) => this.#believed.has(encodeTicket(execution)));
    const fresh = executions.filter((execution) => !lost.includes(execution));
    await this.#options.queue.add(fresh, { urgent });
    await this.#options.queue.add(lost, { urgent, suffix: createSuffix() });
    this.repairs.added += lost.length;
  }

  /** For each execution that may overtake, the job of its project that it changes places with: the last in line. */
  #chooseOvertaken(
    next: readonly QueuedExecution[],
    waiting: readonly QueuedJob[],
  ): Map<QueuedExecution, QueuedJob> {
    const chosen = new Map<QueuedExecution, QueuedJob>();
    const free = new Set(waiting);
    for (const execution of next) {
      for (const job of free) {
        const known = this.#believed.get(encodeTicket(job));
        if (known?.projectId !== execution.projectId || known.priority >= execution.priority) continue;
        chosen.set(execution, job);
        free.delete(job);
        break;
      }
    }
    return chosen;
  }

  /** Keeps what is in the queue now. */
  #believe(found: readonly QueuedJob[], added: readonly QueuedExecution[]): void {
    const before = this.#believed;
    this.#believed = new Map();
    for (const ticket of found.map(encodeTicket)) this.#believed.set(ticket, before.get(ticket));
    for (const execution of added) this.#believed.set(encodeTicket(execution), execution);
  }

  /**
   * A job that a worker holds while its execution stays queued, twice in a row: the worker died between the two, or never
   * heard of it. The ticket is added once more under another name; Redis lets go of the first in its own time.
   */
  async #addStuck(content: QueueContent, queued: ReadonlyMap<string, QueuedExecution>): Promise<void> {
    const waiting = new Set([...content.waiting, ...content.delayed].map(encodeTicket));
    const held = new Set(content.active.map(encodeTicket));
    const stuck = [...held].filter((ticket) => queued.has(ticket) && !waiting.has(ticket));
    const lasting = stuck.filter((ticket) => this.#stuck.has(ticket)).map((ticket) => queued.get(ticket)!);
    this.#stuck = new Set(stuck);
    await this.#options.queue.add(lasting, { suffix: createSuffix() });
    this.repairs.added += lasting.length;
  }
}

/** Makes another job of the same ticket. */
function createSuffix(): string {
  return `.${Date.now().toString(36)}`;
}

/** The tickets of these jobs that stand, by ticket. */
async function listStanding(
  source: QueueSource,
  jobs: readonly QueuedJob[],
): Promise<Map<string, QueuedExecution>> {
  if (jobs.length === 0) return new Map();
  const queued = await source.listQueued([...new Set(jobs.map((job) => job.id))]);
  return new Map(queued.map((execution) => [encodeTicket(execution), execution]));
}
