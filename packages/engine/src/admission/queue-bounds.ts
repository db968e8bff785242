/**
 * Keeps the queue bounded: refuses new work of a project, or of all, when too much is queued already.
 *
 * Owns: the counts as this process knows them, read now and then and carried on in between by what it queues and takes
 * itself. So the bound is kept to within what is queued elsewhere, or right now, between two readings, and nobody is
 * refused too early; a refusal costs no query, and what does not go through the queue is not asked at all.
 *
 * B1. What others have to wait for (called workflows, woken and recovered executions) is never refused.
 */
import { engineErrors } from '../errors.ts';

export interface QueueBoundsOptions {
  maxQueuedPerProject: number;
  maxQueued: number;
}

/** Seconds that a refused caller is told to wait, at least and at most. */
const minWaitMs = 1_000;
const maxWaitMs = 60_000;

export class QueueBounds {
  readonly #options: QueueBoundsOptions;
  #counts: ReadonlyMap<string, number> = new Map();
  /** Queued here since the last reading ended: whether it saw the others is not known, so they are not counted twice. */
  #queued = new Map<string, number>();
  /** Taken here since the last reading began, for the same reason. */
  #taken = new Map<string, number>();
  #takenMeanwhile: Map<string, number> | undefined;
  #readAt: number | undefined;
  /** Executions that leave the queue in a second. */
  #drainPerSecond = 0;

  constructor(options: QueueBoundsOptions) {
    this.#options = options;
  }

  /** Throws QUEUE_FULL_PROJECT or QUEUE_FULL_INSTANCE. */
  assertRoom(projectId: string): void {
    const { maxQueued, maxQueuedPerProject } = this.#options;
    const total = sumOf(this.#counts) + sumOf(this.#queued) - sumOf(this.#taken);
    if (total >= maxQueued) throw this.#refuse('QUEUE_FULL_INSTANCE', maxQueued, total);
    const of = (counts: ReadonlyMap<string, number>) => counts.get(projectId) ?? 0;
    const queued = of(this.#counts) + of(this.#queued) - of(this.#taken);
    if (queued >= maxQueuedPerProject) throw this.#refuse('QUEUE_FULL_PROJECT', maxQueuedPerProject, queued);
  }

  /** This process is about to queue an execution of the project. */
  noteQueued(projectId: string): void {
    add(this.#queued, projectId);
  }

  /** This process has taken one, or has not queued it after all. */
  noteTaken(projectId: string): void {
    add(this.#taken, projectId);
    if (this.#takenMeanwhile) add(this.#takenMeanwhile, projectId);
  }

  /** Reads the counts anew. `now` in milliseconds of any clock that only goes forward. */
  async load(read: () => Promise<ReadonlyMap<string, number>>, now: number): Promise<void> {
    this.#takenMeanwhile = new Map();
    try {
      const counts = await read();
      this.#measureDrain(sumOf(counts), now);
      this.#counts = counts;
      this.#queued = new Map();
      this.#taken = this.#takenMeanwhile;
      this.#readAt = now;
    } finally {
      this.#takenMeanwhile = undefined;
    }
  }

  #measureDrain(total: number, now: number): void {
    if (this.#readAt === undefined || now <= this.#readAt) return;
    const left = Math.max(0, sumOf(this.#counts) + sumOf(this.#queued) - total);
    const perSecond = (left * 1_000) / (now - this.#readAt);
    this.#drainPerSecond = (this.#drainPerSecond + perSecond) / 2;
  }

  #refuse(code: 'QUEUE_FULL_PROJECT' | 'QUEUE_FULL_INSTANCE', limit: number, queued: number) {
    const excess = queued - limit + 1;
    const estimateMs = this.#drainPerSecond > 0 ? (excess / this.#drainPerSecond) * 1_000 : 10_000;
    const afterMs = Math.min(maxWaitMs, Math.max(minWaitMs, Math.ceil(estimateMs)));
    return engineErrors.create(code, { params: { limit }, retry: { afterMs } });
  }
}

function add(counts: Map<string, number>, projectId: string): void {
  counts.set(projectId, (counts.get(projectId) ?? 0) + 1);
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}
