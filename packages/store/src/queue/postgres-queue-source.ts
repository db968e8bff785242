/** What a dispatcher asks of Postgres (QueueSource of the dispatch package). */
import type { Database } from '../database.ts';
import { FairTurns } from '../fairness/fair-turns.ts';
import { SharedLook } from '../shared-look.ts';
import { listQueued, nextQueued, type QueuedTicketRow } from '../sql/next-queued.ts';
import { readQueueCounts } from '../sql/queue-counts.ts';
import { readQueuePaused, writeQueuePaused } from '../sql/queue-state.ts';

interface Ticket {
  id: string;
  generation: number;
}

export class PostgresQueueSource {
  readonly #pool: Database['pool'];
  readonly #look: SharedLook;
  readonly #turns = new FairTurns();

  /** `look`: what the process looks for besides. */
  constructor({ pool }: Pick<Database, 'pool'>, look = new SharedLook({ pool })) {
    this.#pool = pool;
    this.#look = look;
  }

  nextQueued(limit: number, excluding: readonly Ticket[]) {
    return this.#next(limit, excluding, this.#turns);
  }

  /** Turns of its own, so that nobody is charged. */
  peekQueued(limit: number, excluding: readonly Ticket[]) {
    return this.#next(limit, excluding, new FairTurns());
  }

  async listQueued(executionIds: readonly string[]) {
    return (await listQueued(this.#pool, executionIds)).map(decodeTicket);
  }

  countStates() {
    return readQueueCounts(this.#pool);
  }

  readPaused(): Promise<boolean> {
    return readQueuePaused(this.#pool);
  }

  async readState(): Promise<{ isPaused: boolean; hasWork: boolean }> {
    const { nextWaitMs, paused, queued } = await this.#look.at('nextWaitMs', 'paused', 'queued');
    return { isPaused: paused, hasWork: queued || (nextWaitMs !== null && nextWaitMs <= 0) };
  }

  writePaused(paused: boolean): Promise<void> {
    return writeQueuePaused(this.#pool, paused);
  }

  async #next(limit: number, excluding: readonly Ticket[], turns: FairTurns) {
    const held = excluding.map(({ id, generation }) => ({ id, fence: generation }));
    return (await nextQueued(this.#pool, { limit, excluding: held, turns })).map(decodeTicket);
  }
}

function decodeTicket({ id, fence, priority, project_id }: QueuedTicketRow) {
  return { id, generation: fence, projectId: project_id, priority };
}
