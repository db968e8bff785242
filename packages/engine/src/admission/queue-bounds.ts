/**
 * Keeps the queue bounded: refuses new work of a project, or of all, when too much is queued already.
 *
 * Owns: the counts as this process knows them, read now and then and carried on in between by what it queues and takes
 * itself. So the bound is kept to within what the other processes queue between two readings; a refusal costs no query,
 * and what does not go through the queue is not asked at all.
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
  #total = 0;
  /** Since the reading that `#counts` is of began. */
  #since = new Map<string, number>();
  /** Since the reading under way began; undefined when none is. */
  #next: Map<string, number> | undefined;
  #readAt: number | undefined;
  /** Executions that leave the queue in a second. */
  #drainPerSecond = 0;

  constructor(options: QueueBoundsOptions) {
    this.#options = options;
  }

  /** Throws QUEUE_FULL_PROJECT or QUEUE_FULL_INSTANCE. */
  assertRoom(projectId: string): void {
    const { maxQueued, maxQueuedPerProject } = this.#options;
    const total = this.#total + sumOf(this.#since);
    if (total >= maxQueued) throw this.#refuse('QUEUE_FULL_INSTANCE', maxQueued, total);
    const queued = (this.#counts.get(projectId) ?? 0) + (this.#since.get(projectId) ?? 0);
    if (queued >= maxQueuedPerProject) throw this.#refuse('QUEUE_FULL_PROJECT', maxQueuedPerProject, queued);
  }

  /** This process has queued (1) or taken (-1) executions of the project. */
  append(projectId: string, change: number): void {
    this.#since.set(projectId, (this.#since.get(projectId) ?? 0) + change);
    this.#next?.set(projectId, (this.#next.get(projectId) ?? 0) + change);
  }

  /** Reads the counts anew. What happens meanwhile may be in them or not; it is counted on top. */
  async load(read: () => Promise<ReadonlyMap<string, number>>, now: number): Promise<void> {
    this.#next = new Map();
    try {
      const counts = await read();
      const total = sumOf(counts);
      this.#measureDrain(total, now);
      this.#counts = counts;
      this.#total = total;
      this.#since = this.#next;
      this.#readAt = now;
    } finally {
      this.#next = undefined;
    }
  }

  #measureDrain(total: number, now: number): void {
    if (this.#readAt === undefined || now <= this.#readAt) return;
    const queuedHere = [...this.#since.values()].reduce((sum, change) => sum + Math.max(0, change), 0);
    const left = Math.max(0, this.#total + queuedHere - total);
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

function sumOf(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}
